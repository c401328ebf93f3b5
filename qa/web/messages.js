/**
 * The list of messages: deep-chat, tamed. It gets escaped HTML only, questions too, since it would read Markdown in text:
 * therefore its own box for questions stays out of sight. Knows nothing of answers.
 */

const OPTIONS = {
  connect: { handler: (_, signals) => signals.onClose() }, // without a service it would ask for a key
  inputAreaStyle: { display: 'none' },
};
/** Inline, else it brings a size, a frame, and a font from elsewhere, and lets nothing be inherited. */
const OWN_LOOK = {
  display: 'block',
  width: '100%',
  height: '100%',
  border: '0',
  color: 'inherit',
  colorScheme: 'inherit',
  fontFamily: 'inherit',
  backgroundColor: 'transparent',
};

const nextTimer = () => new Promise((resolve) => setTimeout(resolve));

export class Messages {
  #chat;

  /** A list inside an element, in the look of a style sheet; resolves when it can take messages. */
  static async within(place, sheet) {
    if (!customElements.get('deep-chat')) await import('./vendor/deep-chat.js');
    const chat = document.createElement('deep-chat');
    Object.assign(chat.style, OWN_LOOK);
    Object.assign(chat, OPTIONS);
    chat.shadowRoot.adoptedStyleSheets.push(sheet);
    const rendered = new Promise((resolve) => (chat.onComponentRender = resolve));
    place.replaceChildren(chat);
    // Options make it render twice on a slow machine, the second time empty: two timers after they were set, as ours are.
    await nextTimer();
    await nextTimer();
    await rendered;
    return new Messages(chat);
  }

  constructor(chat) {
    this.#chat = chat;
    const attributes = { role: 'log', 'aria-live': 'polite', 'aria-label': 'Conversation', tabindex: '0' };
    for (const [name, value] of Object.entries(attributes)) this.#list.setAttribute(name, value);
  }

  get #list() {
    return this.#chat.shadowRoot.getElementById('messages');
  }

  /** Where events of what the messages hold can be heard, and what they hold be found. */
  get root() {
    return this.#chat.shadowRoot;
  }

  clear() {
    this.#chat.clearMessages(false);
  }

  question(markup) {
    this.#chat.addMessage({ role: 'user', html: String(markup) });
    this.#showLastQuestion();
  }

  answer(markup) {
    this.#chat.addMessage({ role: 'ai', html: String(markup) });
    this.#showLastQuestion();
  }

  /** Moves the keyboard into the list. */
  focus() {
    this.#list.focus({ preventScroll: true });
  }

  /** The last question at the top, its answer below: deep-chat would show the end of the answer. */
  #showLastQuestion() {
    const show = () => {
      const last = [...this.#list.querySelectorAll('.user-message')].at(-1);
      if (last) this.#list.scrollTop += last.getBoundingClientRect().top - this.#list.getBoundingClientRect().top - 12;
    };
    show();
    requestAnimationFrame(() => requestAnimationFrame(show));
  }
}
