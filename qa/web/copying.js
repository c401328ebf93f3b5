/** A quote in the forms in which people need it elsewhere; each holds exactly its words, escaped where the form asks for it. */
import { escaped } from './html.js';
import { dateWords, originalLink, positionWords, sourceLink, titleOf } from './places.js';

/** The forms with their names, in the order in which they are offered. */
export const FORMS = {
  quotation: 'Quotation',
  markdown: 'Markdown',
  html: 'HTML',
  plain: 'Plain text with attribution',
};

/** The quote in one of the forms; `host` is the service's address. */
export function inForm(form, quote, host) {
  const link = originalLink(quote) ?? sourceLink(host, quote);
  const details = [quote.published && dateWords(quote.published), ...positionWords(quote)].filter(Boolean);
  return WRITERS[form](quote, { link, details, speaker: quote.speaker ?? 'speaker not named', title: titleOf(quote) });
}

const WRITERS = {
  quotation: (quote, { speaker }) => `“${quote.cited_text}” — ${speaker}`,
  plain: (quote, { speaker, title, details, link }) =>
    `${quote.cited_text}\n\n— ${[speaker, title, ...details].join(', ')}\n${link}`,
  markdown: (quote, { speaker, title, details, link }) => {
    const [name, target] = [markdown(title).replaceAll('[', reference), link.replace(/[<>\\]/g, encodeURIComponent)];
    const source = [markdown(speaker), `[${name}](<${target}>)`];
    return `> ${markdown(quote.cited_text, '> ')}\n>\n> — ${[...source, ...details].join(', ')}\n`;
  },
  html: (quote, { speaker, title, details, link }) => {
    // Lines and runs of blanks stay what they are wherever it is shown.
    const style = /\s\s|[\r\n\t]/.test(quote.cited_text) ? ' style="white-space: pre-wrap"' : '';
    const words = `<blockquote cite="${escaped(link)}"${style}>${escaped(quote.cited_text)}</blockquote>`;
    const named = `<cite><a href="${escaped(link)}">${escaped(title)}</a></cite>`;
    const told = [escaped(speaker), named, ...details.map(escaped)].join(', ');
    return `<figure>${words}<figcaption>— ${told}</figcaption></figure>\n`;
  },
};

/** What the service's own Markdown escapes too: emphasis, links, headings, mathematics, mentions, lists, emoji … */
const MARKUP = /[\\`*_{}\]<>&#$~|^=+@]|^(?:[-:]|\d+[.)])|--+|[:;](?! |$)|-(?=[()])|(?<=www)\./gi;
/** Blanks that a reader strips or joins: at a line's ends those of all kinds. */
const LOOSE = /^[\t\f\p{Z}\ufeff]+|[\t\f\p{Z}\ufeff]+$|[ \t]{2,}/gu;

/** Words that a Markdown reader shows as they are; `margin` begins every further line. Line breaks at their end are dropped. */
function markdown(words, margin = '') {
  return words
    .replace(/[\r\n]+$/, '') // a break before a paragraph's end is none, but a backslash
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(MARKUP, asText).replace(LOOSE, (blanks) => [...blanks].map(reference).join('')))
    .join(`\\\n${margin}`);
}

/** Markup with a backslash before each of its signs; one of its own before a bracket would open mathematics to some. */
function asText(found, at, line) {
  if (found === '\\' && /[[(]/.test(line[at + 1])) return reference(found);
  return found.replace(/\D/g, '\\$&');
}

function reference(sign) {
  return `&#${sign.codePointAt(0)};`;
}

/** Puts text on the clipboard, for a user's click; rejects when the browser lets nothing do that. */
export async function toClipboard(text) {
  if (copiedByEvent(text)) return; // the older way comes first: it works without TLS and in frames without a permission too
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    throw new Error('The browser did not let this page use the clipboard.');
  }
}

function copiedByEvent(text) {
  let done = false;
  const put = (event) => {
    event.clipboardData.setData('text/plain', text);
    event.preventDefault();
    event.stopImmediatePropagation();
    done = true;
  };
  document.addEventListener('copy', put, { capture: true, once: true });
  document.execCommand('copy');
  document.removeEventListener('copy', put, { capture: true });
  return done;
}
