/** What the buttons in messages do, heard where the messages stand: copy a quote, choose a speaker, ask again. */
import { FORMS, inForm, toClipboard } from './copying.js';

export class CardActions {
  #told;

  /**
   * `turn(number)` gives a turn with its answer; `onCandidate(number, voice)`, `onRetry(number)` and `onTold(words)` are called.
   */
  constructor(root, { host, turn, onCandidate, onRetry, onTold }) {
    this.#told = onTold;
    const find = (key) => {
      const [number, list, place] = key.split('.');
      return turn(Number(number)).answer[list][Number(place)];
    };
    root.addEventListener('click', (event) => {
      const button = event.target.closest('button');
      const { copy, candidate, retry } = button?.dataset ?? {};
      if (copy) this.#copy(button, inForm(copy, find(button.closest('.card').dataset.key), host));
      else if (retry) onRetry(Number(retry));
      else if (candidate) {
        const [number, place] = candidate.split('.').map(Number);
        onCandidate(number, turn(number).answer.candidates[place]);
      }
    });
    root.addEventListener('keydown', (event) => {
      const menu = event.key === 'Escape' && event.target.closest('details.menu[open]');
      if (menu) close(menu, event);
    });
    // A menu that is left is closed: by a click elsewhere, or by the keyboard.
    root.addEventListener('focusout', (event) => {
      const menu = event.target.closest('details.menu[open]');
      if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
    });
    root.addEventListener('pointerdown', (event) => {
      for (const menu of root.querySelectorAll('details.menu[open]')) if (!menu.contains(event.target)) menu.open = false;
    });
  }

  async #copy(button, text) {
    const menu = button.closest('details');
    try {
      await toClipboard(text);
      this.#told(`Copied as ${FORMS[button.dataset.copy]}.`);
      show(menu, 'Copied');
    } catch (error) {
      this.#told(error.message);
      show(menu, 'Not copied');
    }
    close(menu);
  }
}

function close(menu, event) {
  event?.stopPropagation();
  menu.open = false;
  menu.querySelector('summary').focus();
}

/** Says for a moment, beside a menu, what came of it. */
function show(menu, words) {
  const note = menu.parentElement.querySelector('.note') ?? menu.parentElement.appendChild(document.createElement('span'));
  note.className = 'note';
  note.setAttribute('aria-hidden', 'true');
  note.textContent = words;
  setTimeout(() => note.remove(), 2500);
}
