/** The question box with the filters that are set as chips above it. Says what the user wants; asks nothing itself. */
import { html } from './html.js';
import { dateWords } from './places.js';

const MAX_CHARS = 2000; // as the service takes

const CHIPS = {
  speaker: (value) => html`Speaker: <bdi>${value}</bdi>`,
  document: (value, titles) => html`Document: <bdi>${titles.get(value) ?? value}</bdi>`,
  since: (value) => html`From ${dateWords(value)}`,
  until: (value) => html`To ${dateWords(value)}`,
};

/** The box as HTML. */
export function composerMarkup(placeholder) {
  return html`<form class="composer"><ul class="chips" aria-label="Asked only of" hidden></ul><div class="box"><label class="visually-hidden" for="question">Your question</label><textarea id="question" rows="1" maxlength="${MAX_CHARS}" placeholder="${placeholder}" enterkeyhint="send" autocomplete="off"></textarea><button type="submit" class="ask">Ask</button></div><p class="hint" aria-hidden="true"><kbd>Enter</kbd> asks, <kbd>Shift</kbd>+<kbd>Enter</kbd> begins a line</p></form>`;
}

export class Composer {
  #form;
  #box;
  #button;
  #chips;

  /** `onAsk(question)` and `onRemove(filter)` are called for what the user does in `form`. */
  constructor(form, { onAsk, onRemove }) {
    this.#form = form;
    this.#box = form.querySelector('textarea');
    this.#button = form.querySelector('.ask');
    this.#chips = form.querySelector('.chips');
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const question = this.#box.value.trim();
      if (!question || this.isBusy) return;
      this.#box.value = '';
      this.#fit();
      onAsk(question);
    });
    this.#box.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    this.#box.addEventListener('input', () => this.#fit());
    this.#chips.addEventListener('click', (event) => {
      const name = event.target.closest('button')?.dataset.filter;
      if (!name) return;
      onRemove(name);
      this.focus();
    });
  }

  /** While an answer is awaited nothing is sent, but the next question can be written. */
  set isBusy(is) {
    this.#form.toggleAttribute('aria-busy', is);
    this.#button.setAttribute('aria-disabled', is);
  }

  get isBusy() {
    return this.#form.hasAttribute('aria-busy');
  }

  /** Shows filters; `titles` are of documents, by their ids, as far as they are known. */
  showFilters(filters, titles) {
    const set = Object.entries(filters);
    this.#chips.hidden = set.length === 0;
    this.#chips.innerHTML = html`${set.map(
      ([name, value]) =>
        html`<li><button type="button" data-filter="${name}"><span class="visually-hidden">Remove filter: </span>${CHIPS[name](value, titles)} <span aria-hidden="true">×</span></button></li>`,
    )}`;
  }

  focus() {
    this.#box.focus();
  }

  /** As high as what is written, up to what the style allows. */
  #fit() {
    this.#box.style.height = 'auto';
    this.#box.style.height = `${this.#box.scrollHeight + 2}px`;
  }
}
