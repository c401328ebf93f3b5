/** Asks a service of onrecord over HTTP. An answer that finds nothing is an answer; whatever else goes wrong is {@link Failed}. */

/** What went wrong, in words for a reader; `again` says whether the same may work later. */
export class Failed extends Error {
  constructor(title, detail, again = true) {
    super(detail);
    this.title = title;
    this.again = again;
  }
}

/** A service at `host`, a URL that ends with a slash. */
export class Asker {
  constructor(host) {
    this.host = host;
  }

  /** The answer as /v1/ask gives it; `history` are earlier questions, oldest first. */
  ask(question, filters, history, signal) {
    const body = JSON.stringify({ question, history, ...filters });
    return this.#json('v1/ask', { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal });
  }

  /** What questions can be narrowed to, as /v1/filters gives it, by some letters of names. */
  choices(letters = '', signal = undefined) {
    return this.#json(`v1/filters?${new URLSearchParams(letters ? { q: letters } : {})}`, { signal });
  }

  async #json(path, options) {
    const response = await this.#response(path, options);
    const told = await response.json().catch(() => null);
    if (response.ok && told) return told;
    const title = told?.title ?? (response.ok ? 'The answer broke off' : `The service answered with ${response.status}`);
    throw new Failed(title, told?.detail ?? '', response.ok || response.status >= 500 || response.status === 429);
  }

  async #response(path, options) {
    try {
      return await fetch(new URL(path, this.host), { ...options, credentials: 'omit', referrerPolicy: 'no-referrer' });
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      throw new Failed('The service can’t be reached', 'Check the connection, then ask again.');
    }
  }
}
