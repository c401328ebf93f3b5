/**
 * The element `<onrecord-chat>`: a conversation with a service of onrecord, on its own page, in a frame, on any other site.
 *
 * Attributes, read when it is put into a page: `url` (the service's address; where this file came from when left out),
 * `speaker`, `document`, `since`, `until` (filters to begin with), `placeholder`. Its look follows the page's `color-scheme` and the
 * custom properties at the top of chat.css. It stores nothing. `onrecord-change` is dispatched when `turns` or `filters` change.
 */
import { answer, failure, question, waiting } from './answers.js';
import { Asker, Failed } from './asking.js';
import { CardActions } from './card-actions.js';
import { Composer, composerMarkup } from './composer.js';
import { Conversation, FILTERS, tidy } from './conversation.js';
import { html } from './html.js';
import { Messages } from './messages.js';
import { sheet } from './sheets.js';

const HOST = new URL('..', import.meta.url).href;

const frame = (placeholder) => html`<div class="frame"><div class="start"><slot><p class="lead">Ask a question. You get the exact words back, with who said them and where they stand.</p></slot><div class="examples" hidden><p class="examples-head">Asked on record:</p><ul></ul></div></div><div class="list" hidden></div>${composerMarkup(placeholder)}<p class="visually-hidden" role="status"></p></div>`;

export class OnrecordChat extends HTMLElement {
  #conversation = new Conversation();
  #filters = {};
  #titles = new Map();
  #running = null;
  #ready = null;
  #asker;
  #messages;
  #composer;

  /** Resolves when the element can be used. */
  get ready() {
    return this.#ready;
  }

  /** The questions so far with their filters, in order. */
  get turns() {
    return this.#conversation.turns.map(({ question, filters }) => ({ question, filters }));
  }

  /** The filters of the next question: `speaker`, `document`, `since`, `until`, as far as set. */
  get filters() {
    return { ...this.#filters };
  }

  set filters(filters) {
    this.#filters = tidy(filters);
    this.#showFilters();
    this.#changed(false);
  }

  connectedCallback() {
    if (this.#ready) this.#ready.then(() => this.#showAll());
    else this.#ready = this.#build().catch((error) => this.#giveUp(error));
  }

  disconnectedCallback() {
    this.#running?.abort();
  }

  /** Asks a question after those before it. */
  async ask(words) {
    await this.#ready;
    this.#conversation.add(words, this.#filters);
    this.#changed(true);
    if (!this.#composer.isBusy) await this.#answerOpen(); // else it is asked when those before it are answered
  }

  /** Shows another conversation: what is known of it stays, all else is asked, in order. */
  async show(turns, filters = {}) {
    await this.#ready;
    this.#conversation.become(turns);
    this.#filters = tidy(filters);
    this.#showFilters();
    await this.#showAll();
  }

  /** What questions can be narrowed to, by some letters, as the service tells. */
  async choices(letters, signal) {
    await this.#ready;
    const found = await this.#asker.choices(letters, signal);
    for (const one of found.documents) this.#titles.set(one.id, one.title ?? one.id);
    this.#showFilters();
    return found;
  }

  focus() {
    this.#composer?.focus();
  }

  async #build() {
    const host = new URL(this.getAttribute('url') || HOST, document.baseURI).href;
    this.#asker = new Asker(host.endsWith('/') ? host : `${host}/`);
    this.#filters = tidy(Object.fromEntries(FILTERS.map((name) => [name, this.getAttribute(name)])));
    const root = this.attachShadow({ mode: 'open', delegatesFocus: true });
    root.adoptedStyleSheets = [await sheet('chat.css')];
    root.innerHTML = frame(this.getAttribute('placeholder') || 'Ask a question');
    this.#composer = new Composer(root.querySelector('.composer'), {
      onAsk: (words) => this.ask(words),
      onRemove: (name) => (this.filters = { ...this.#filters, [name]: '' }),
    });
    this.#messages = await Messages.within(root.querySelector('.list'), await sheet('cards.css'));
    new CardActions(this.#messages.root, {
      host: this.#asker.host,
      turn: (number) => this.#conversation.turns[number],
      onCandidate: (number, voice) => this.#choose(number, voice),
      onRetry: (number) => this.#retry(number),
      onTold: (words) => this.#tell(words),
    });
    root.querySelector('.examples').addEventListener('click', (event) => {
      const example = event.target.closest('button');
      if (example) this.ask(example.textContent).then(() => this.#messages.focus());
    });
    this.#showFilters();
    this.#showExamples();
  }

  /** A part of this element can't be had: told where it would stand, and to whoever waits for it. */
  #giveUp(error) {
    const told = html`<p class="broken" role="alert">The conversation can’t be loaded. Load the page again.</p>`;
    this.shadowRoot.innerHTML = told;
    throw error;
  }

  async #showExamples() {
    // Examples are a courtesy: a service that can't be reached is told about when something is asked.
    const { examples } = await this.choices().catch(() => ({ examples: [] }));
    const place = this.shadowRoot.querySelector('.examples');
    place.hidden = examples.length === 0 || Object.keys(this.filters).length > 0; // they are everybody's
    place.querySelector('ul').innerHTML = html`${examples.map((words) => html`<li><button type="button" dir="auto">${words}</button></li>`)}`;
  }

  /** Of several who can be meant one was chosen: the question is asked again of that one. */
  async #choose(number, voice) {
    const { question: words } = this.#conversation.turns[number];
    this.#filters = tidy({ ...this.#filters, ...(voice.name ? { speaker: voice.name } : { document: voice.documents[0] }) });
    this.#showFilters();
    const turns = this.turns;
    const isLast = number === turns.length - 1;
    this.#conversation.become([...(isLast ? turns.slice(0, number) : turns), { question: words, filters: this.#filters }]);
    this.#changed(true);
    this.#messages.focus();
    await this.#showAll();
  }

  async #retry(number) {
    this.#conversation.retry(number);
    this.#messages.focus();
    await this.#showAll();
  }

  async #showAll() {
    this.#running?.abort();
    this.#messages.clear();
    this.#showStart();
    const { turns, open } = this.#conversation;
    for (const [number, turn] of turns.slice(0, open < 0 ? turns.length : open).entries()) {
      this.#messages.question(question(turn));
      this.#showOutcome(turn, number);
    }
    await this.#answerOpen();
  }

  /** Asks what has neither answer nor failure, one after the other: each may be completed from those before it. */
  async #answerOpen() {
    this.#showStart();
    const { signal } = (this.#running = new AbortController());
    this.#composer.isBusy = true;
    for (let number = this.#conversation.open; number >= 0; number = this.#conversation.open) {
      const turn = this.#conversation.turns[number];
      this.#messages.question(question(turn));
      this.#messages.answer(waiting());
      const outcome = await this.#outcome(turn, number, signal);
      if (signal.aborted) return;
      Object.assign(turn, outcome);
      this.#showOutcome(turn, number);
    }
    this.#composer.isBusy = false;
  }

  async #outcome(turn, number, signal) {
    try {
      return { answer: await this.#asker.ask(turn.question, turn.filters, this.#conversation.historyOf(number), signal) };
    } catch (error) {
      if (error instanceof Failed || signal.aborted) return { failure: error };
      throw error;
    }
  }

  #showOutcome(turn, number) {
    const { host } = this.#asker;
    this.#messages.answer(turn.answer ? answer(turn.answer, { host, number }) : failure(turn.failure, number));
  }

  #showStart() {
    const isEmpty = this.#conversation.turns.length === 0;
    this.shadowRoot.querySelector('.start').hidden = !isEmpty;
    this.shadowRoot.querySelector('.list').hidden = isEmpty;
  }

  #showFilters() {
    this.#composer?.showFilters(this.#filters, this.#titles);
  }

  #tell(words) {
    this.shadowRoot.querySelector('[role="status"]').textContent = words;
  }

  /** `wasAsked`: by the user, here, so that it is worth an entry in the browser's history. */
  #changed(wasAsked) {
    this.dispatchEvent(new CustomEvent('onrecord-change', { bubbles: true, composed: true, detail: { wasAsked } }));
  }
}
