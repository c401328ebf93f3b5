/** HTML that is safe by the way it is made: whatever is put into a template is escaped, unless such a template made it. */

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '\r': '&#13;' }; // a parser makes \n of \r
const NULL_SHOWN = '\u2400'; // a parser drops the character itself

class Markup {
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

/** Words as text of an element or value of a quoted attribute. */
export function escaped(words) {
  return String(words).replace(/[&<>"'\r]/g, (character) => ENTITIES[character]);
}

function inserted(value) {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(inserted).join('');
  return value === null || value === undefined || value === false ? '' : escaped(value).replaceAll('\0', NULL_SHOWN);
}

/** A template's tag: html`<b>${words}</b>`. Lists are joined; null, undefined, false are nothing, U+0000 is its symbol. */
export function html(strings, ...values) {
  return new Markup(String.raw({ raw: strings }, ...values.map(inserted)));
}
