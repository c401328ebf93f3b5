/**
 * A conversation as the part of an address after "#", which no server sees: #speaker=Miller&q=First?&q=Why?
 * Filters hold for all questions after them, an empty one ends it; those after the last question are for the next one.
 */
import { FILTERS, tidy } from './conversation.js';

const MAX_TURNS = 50;

/** The part after "#", empty for an empty conversation without filters. */
export function toFragment(turns, filters) {
  const found = new URLSearchParams();
  let set = {};
  const change = (to) => {
    for (const name of FILTERS) if ((set[name] ?? '') !== (to[name] ?? '')) found.append(name, to[name] ?? '');
    set = to;
  };
  for (const turn of turns) {
    change(turn.filters);
    found.append('q', turn.question);
  }
  change(tidy(filters));
  return found.toString();
}

/** `{turns, filters}` of such a part, with or without its "#". */
export function fromFragment(fragment) {
  const turns = [];
  let filters = {};
  for (const [name, value] of new URLSearchParams(fragment.replace(/^#/, ''))) {
    if (name === 'q' && value.trim() && turns.length < MAX_TURNS) turns.push({ question: value, filters });
    else if (FILTERS.includes(name)) filters = tidy({ ...filters, [name]: value });
  }
  return { turns, filters };
}
