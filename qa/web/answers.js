/** Questions and what comes back, as HTML for the list of messages: answers, refusals, failures. */
import { card } from './cards.js';
import { html } from './html.js';
import { dateWords } from './places.js';
import { announcement, counted, listed, reasonWords, sureWords } from './wording.js';

/** What was asked; a heading, so that one can go from question to question. */
export function question(turn) {
  return html`<h2 class="question" dir="auto">${turn.question}</h2>`;
}

/** What stands there until something comes; deep-chat takes it away then. */
export function waiting() {
  return html`<p class="deep-chat-temporary-message waiting">Looking through the record…</p>`;
}

/** An answer that is passages or a reason why there are none. `number` is the turn's; only the first line is said aloud. */
export function answer(found, { host, number }) {
  const shown = found.found ? passages(found, { host, number }) : refusal(found, { host, number });
  return html`<p class="visually-hidden">${announcement(found)}</p><section class="answer" aria-live="off" aria-label="Answer ${number + 1}">${understood(found)}${shown}</section>`;
}

/** What went wrong, with a way to ask again. */
export function failure({ title, detail, again }, number) {
  return html`<section class="failure"><h3>${title}</h3>${detail && html`<p>${detail}</p>`}<button type="button" data-retry="${number}">${again ? 'Ask again' : 'Try it again as it is'}</button></section>`;
}

/** How the question was understood, when that isn't what it says: completed from earlier ones, narrowed by its own words. */
function understood(found) {
  const isCompleted = found.searched_for && found.searched_for !== found.question;
  const set = inferred(found.filters);
  if (!isCompleted && !set) return '';
  return html`<p class="understood">${isCompleted && html`Searched for <q>${found.searched_for}</q>`}${isCompleted && set && ' · '}${set && html`From the question: ${set}`}</p>`;
}

function inferred(filters) {
  const from = (name) => filters.inferred.includes(name) && filters[name];
  const parts = [];
  if (from('speakers')) parts.push(html`only the words of <bdi>${listed(filters.speakers)}</bdi>`);
  const [since, until] = [from('since'), from('until')];
  if (since && since === until) parts.push(dateWords(since));
  else if (since || until) {
    parts.push([since && `from ${dateWords(since)}`, until && `to ${dateWords(until)}`].filter(Boolean).join(' '));
  }
  return parts.length ? parts.map((part, number) => html`${number > 0 && ', '}${part}`) : null;
}

function passages(found, { host, number }) {
  const cards = found.passages.map((quote, place) => {
    const options = { host, key: `${number}.passages.${place}`, rank: place + 1, isAsked: found.wants === 'questions', others: found.passages };
    return html`<li>${card(quote, options)}</li>`;
  });
  return html`${sure(found)}<ol class="cards">${cards}</ol>`;
}

/** How sure the service is, with a bar and, unfolded, what that means. */
function sure(found) {
  const share = Math.round(found.confidence * 100);
  return html`<details class="sure"><summary><svg viewBox="0 0 40 6" aria-hidden="true"><rect class="all" width="40" height="6" rx="3"/><rect class="part" width="${share * 0.4}" height="6" rx="3"/></svg>${sureWords(found.confidence)}\u00a0· <span class="share">${share} %</span> <span class="count">${counted(found.passages.length, 'passage')}, best first</span></summary><p>How likely it is, by measurement, that the first passage answers the question. Read the quote: it is exact, whether it answers is for you to say.</p></details>`;
}

function refusal(found, { host, number }) {
  const [heading, meaning] = reasonWords(found);
  return html`<div class="refusal"><h3>${heading}</h3><p>${meaning}</p>${candidates(found, number)}</div>${nearest(found, { host, number })}`;
}

function candidates(found, number) {
  if (!found.candidates?.length) return '';
  const buttons = found.candidates.map((voice, place) => {
    const documents = counted(voice.documents.length, 'document');
    const name = voice.name ?? `Speaker not named in ${voice.documents[0]}`;
    return html`<li><button type="button" data-candidate="${number}.${place}"><bdi>${name}</bdi> <span class="quiet">${documents}</span></button></li>`;
  });
  return html`<ul class="candidates">${buttons}</ul>`;
}

function nearest(found, { host, number }) {
  if (!found.nearest.length) return '';
  const cards = found.nearest.map((quote, place) => {
    return html`<li>${card(quote, { host, key: `${number}.nearest.${place}`, rank: place + 1 })}</li>`;
  });
  return html`<details class="nearest"><summary>What came closest — not an answer (${counted(found.nearest.length, 'passage')})</summary><ol class="cards">${cards}</ol></details>`;
}
