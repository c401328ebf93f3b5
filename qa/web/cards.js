/** Quotes as cards. A card shows exactly the slice of the source; whatever else it shows stands outside of it. */
import { FORMS } from './copying.js';
import { html } from './html.js';
import { pieces } from './marks.js';
import { dateWords, originalLink, positionWords, sourceLink, titleOf } from './places.js';
import { counted, roleWords } from './wording.js';

const LONG = 1500; // UTF-16 units, above which a card scrolls: one quote never fills more than a screen

/**
 * A quote as a card. `key` finds the quote again when a button in it is pressed, `rank` counts from 1.
 * `isAsked` opens what was asked, for answers to "What was she asked about …?". `others` are the answer's other quotes.
 */
export function card(quote, { host, key, rank, isAsked = false, others = [] }) {
  return html`<figure class="card" data-key="${key}"><figcaption class="who"><span class="rank" aria-hidden="true">${rank}</span>${speaker(quote)}${asked(quote, isAsked)}</figcaption>${words(quote, host)}${repeated(quote)}<div class="place">${where(quote)}</div><div class="actions">${links(quote, host, others)}${copyMenu(rank)}</div>${elsewhere(quote, host)}</figure>`;
}

function speaker(quote) {
  const role = roleWords(quote.role);
  return html`<span class="speaker">${
    quote.speaker ? html`<bdi>${quote.speaker}</bdi>` : 'Speaker not named in the source'
  }</span>${role && html` <span class="role">${role}</span>`}`;
}

function asked(quote, isOpen) {
  if (!quote.asked) return '';
  const by = quote.asked.speaker ? html`Asked by <bdi>${quote.asked.speaker}</bdi>` : 'What was asked';
  return html`<details class="asked"${isOpen && html` open`}><summary>${by}</summary><blockquote class="asked-words" dir="auto">${quote.asked.cited_text}</blockquote></details>`;
}

function words(quote, host) {
  const isLong = quote.cited_text.length > LONG;
  const scrolls = isLong && html` tabindex="0" role="region" aria-label="The whole quote"`;
  const inside = pieces(quote).map((piece) => {
    const quoted = piece.quoted ? html`<span class="quoted">${piece.words}</span>` : html`${piece.words}`;
    return piece.marked ? html`<mark>${quoted}</mark>` : quoted;
  });
  return html`<div class="${isLong ? 'quote long' : 'quote'}"${scrolls}><blockquote class="words" dir="auto" cite="${originalLink(quote) ?? sourceLink(host, quote)}">${inside}</blockquote></div>`;
}

function repeated(quote) {
  return quote.quotations?.length
    ? html`<p class="repeated"><span class="quoted">Underlined</span>: somebody else’s words, which the speaker repeats.</p>`
    : '';
}

function where(place) {
  const date = place.published && html`<time datetime="${place.published}">${dateWords(place.published)}</time>`;
  const parts = [html`<cite dir="auto">${titleOf(place)}</cite>`, date, ...positionWords(place)].filter(Boolean);
  return parts.map((part, number) => html`${number > 0 && '\u00a0· '}${part}`);
}

function links(quote, host, others) {
  const original = originalLink(quote);
  return html`<a class="open" href="${sourceLink(host, quote, others)}" target="_blank" rel="noopener">Open in source</a>${
    original && html`<a href="${original}" target="_blank" rel="noopener noreferrer">Original page</a>`
  }`;
}

function copyMenu(rank) {
  const forms = Object.entries(FORMS).map(
    ([form, name]) => html`<li><button type="button" data-copy="${form}">${name}</button></li>`,
  );
  return html`<details class="menu"><summary><span class="visually-hidden">Passage ${rank}: </span>Copy</summary><ul>${forms}</ul></details>`;
}

function elsewhere(quote, host) {
  if (!quote.also_in?.length) return '';
  const places = quote.also_in.map(
    (place) => html`<li><a href="${sourceLink(host, place)}" target="_blank" rel="noopener">${where(place)}</a></li>`,
  );
  return html`<details class="elsewhere"><summary>The same words in ${counted(quote.also_in.length, 'other source')}</summary><ul>${places}</ul></details>`;
}
