/** A conversation: what was asked, of what, and what came back. Knows no page and no network. */

/** The filters that a question can have, in the order in which they are shown. */
export const FILTERS = ['speaker', 'document', 'since', 'until'];

const MAX_HISTORY = 50;

/** The filters that are set: known names, no empty values. */
export function tidy(filters) {
  return Object.fromEntries(FILTERS.filter((name) => filters?.[name]).map((name) => [name, String(filters[name])]));
}

/** Whether two turns ask the same of the same. */
export function isSame(one, other) {
  return one?.question === other?.question && FILTERS.every((name) => one.filters[name] === other.filters[name]);
}

/** Turns `{question, filters, answer?, failure?}`: the two last when they have come. */
export class Conversation {
  turns = [];

  add(question, filters) {
    this.turns.push({ question, filters: tidy(filters) });
  }

  /** Other turns; those that begin as now keep their answers, since each depends only on what was before it. */
  become(turns) {
    const same = turns.findIndex((turn, number) => !isSame(turn, this.turns[number]));
    const kept = same < 0 ? turns.length : same;
    const later = turns.slice(kept).map(({ question, filters }) => ({ question, filters: tidy(filters) }));
    this.turns = [...this.turns.slice(0, kept), ...later];
  }

  /** Forgets why a turn failed, so that it is asked again. */
  retry(number) {
    delete this.turns[number].failure;
  }

  /** The first turn that has neither an answer nor a failure; -1 when there is none. */
  get open() {
    return this.turns.findIndex((turn) => !turn.answer && !turn.failure);
  }

  /** The questions from which a turn is completed, oldest first: those before it that were answered. */
  historyOf(number) {
    const before = this.turns.slice(0, number).filter((turn) => turn.answer);
    return before.map((turn) => turn.question).slice(-MAX_HISTORY);
  }
}
