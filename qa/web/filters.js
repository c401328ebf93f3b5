/** The panel of filters: who, in what, of when, each with its counts. Shows what is chosen elsewhere, tells what is chosen here. */
import { Failed } from './asking.js';
import { html } from './html.js';
import { dateWords } from './places.js';
import { counted, roleWords } from './wording.js';

const ENOUGH_TO_SEARCH = 8;
const PAUSE_MS = 200; // of typing, before letters are looked for

export class FilterPanel {
  #form;
  #choices;
  #onChoose;
  #filters = {};
  #found = null;
  #searching = null;
  #timer;

  /** `choices(letters, signal)` gives what can be chosen; `onChoose(filters)` is called with all filters when one changes. */
  constructor(form, { choices, onChoose }) {
    this.#form = form;
    this.#choices = choices;
    this.#onChoose = onChoose;
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('change', (event) => {
      if (event.target.name || event.target.matches('select')) this.#choose(event.target.name || event.target.id, event.target.value);
    });
    this.#one('#find').addEventListener('input', () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.load(), PAUSE_MS);
    });
    this.#one('#clear').addEventListener('click', () => {
      this.#onChoose({});
      this.#one('#find').focus();
    });
  }

  /** Reads what can be chosen, by the letters that are in the field. */
  async load() {
    this.#searching?.abort();
    const { signal } = (this.#searching = new AbortController());
    const letters = this.#one('#find').value;
    try {
      this.#found = await this.#choices(letters, signal);
      this.#one('#filters-failed').textContent = '';
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Failed)) throw error;
      this.#one('#filters-failed').textContent = `${error.title}. ${error.message}`;
      return;
    }
    const total = Math.max(this.#found.speakers_found, this.#found.documents_found);
    if (!letters) this.#one('.find').hidden = total < ENOUGH_TO_SEARCH;
    this.#draw();
  }

  /** Shows which filters are set. */
  show(filters) {
    this.#filters = filters;
    this.#draw();
  }

  #choose(name, value) {
    this.#onChoose({ ...this.#filters, [name]: value });
  }

  #draw() {
    this.#one('#clear').hidden = Object.keys(this.#filters).length === 0;
    if (!this.#found) return;
    const { speakers, documents, speakers_found, documents_found } = this.#found;
    this.#list('speaker', 'Everybody', speakers.map((one) => {
      const documents = one.documents > 1 ? `, ${counted(one.documents, 'document')}` : '';
      return { value: one.name, name: one.name, detail: `${roleWords(one.role)}${documents}`, count: one.passages };
    }));
    this.#list('document', 'All documents', documents.map((one) => {
      return { value: one.id, name: one.title ?? one.id, detail: one.date && dateWords(one.date), count: one.passages };
    }));
    this.#one('#more-speakers').textContent = rest(speakers_found, speakers.length);
    this.#one('#more-documents').textContent = rest(documents_found, documents.length);
    this.#dates();
  }

  /** A choice of one, or of all. What is set stands there even when the letters don't find it. */
  #list(filter, all, choices) {
    const set = this.#filters[filter] ?? '';
    const isThere = !set || choices.some((choice) => choice.value === set);
    const shown = [{ value: '', name: all }, ...(isThere ? [] : [{ value: set, name: set }]), ...choices];
    const place = this.#one(`#${filter}s`);
    const hadFocus = place.contains(document.activeElement);
    place.innerHTML = html`${shown.map(
      ({ value, name, detail, count }) =>
        html`<label class="choice"><input type="radio" name="${filter}" value="${value}"${value === set && html` checked`}><span class="name"><bdi>${name}</bdi>${detail && html` <span class="detail">${detail}</span>`}</span>${count !== undefined && html` <span class="count">${count.toLocaleString('en')}<span class="visually-hidden"> passages</span></span>`}</label>`,
    )}`;
    if (hadFocus) place.querySelector('input:checked').focus();
  }

  #dates() {
    const { dates, undated } = this.#found;
    this.#one('#dates').hidden = dates.length === 0;
    this.#one('#undated').textContent = undated ? `${counted(undated, 'document')} without a date: left out when dates are set.` : '';
    for (const [filter, all] of [['since', 'Any time'], ['until', 'Any time']]) {
      const set = this.#filters[filter] ?? '';
      const options = dates.flatMap(({ year, documents, months }) => [
        { value: year, documents },
        ...months.map(({ month, documents }) => ({ value: month, documents })),
      ]);
      const isThere = !set || options.some(({ value }) => value === set);
      const shown = [{ value: '', name: all }, ...(isThere ? [] : [{ value: set, name: dateWords(set) }]), ...options];
      this.#one(`#${filter}`).innerHTML = html`${shown.map(
        ({ value, name, documents }) =>
          html`<option value="${value}"${value === set && html` selected`}>${name ?? `${dateWords(value)} (${documents})`}</option>`,
      )}`;
    }
  }

  #one(selector) {
    return this.#form.querySelector(selector);
  }
}

function rest(found, shown) {
  return found > shown ? `${(found - shown).toLocaleString('en')} more: find them by their names.` : '';
}
