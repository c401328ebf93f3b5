/** Where words stand: links to the source's page here and to the original elsewhere, and the same in words. */

/**
 * Our page of the source with the words marked, and those of `others` in the same document. `host` is the service's address, a
 * URL that ends with a slash.
 */
export function sourceLink(host, place, others = []) {
  const path = place.document_id.split('/').map(encodeURIComponent).join('/');
  const range = new URLSearchParams({ start: place.start_char_index, end: place.end_char_index });
  for (const other of others) {
    const isThere = other.document_id === place.document_id && other.start_char_index !== place.start_char_index;
    if (isThere) range.append('mark', `${other.start_char_index}-${other.end_char_index}`);
  }
  return new URL(`sources/${path}?${range}#quote`, host).href;
}

/** The published page, when its address is one that a browser may be sent to; else null. */
export function originalLink(place) {
  try {
    const url = new URL(place.url);
    return ['http:', 'https:'].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** The document's title, or its id where it has none. */
export function titleOf(place) {
  return place.document_title || place.document_id;
}

/** "11 May 2024", "May 2024", "2024": as precise as the date is; what is no such date stays as it is. */
export function dateWords(date) {
  const [year, month, day] = date.split('-').map(Number);
  const there = new Date(Date.UTC(year, (month ?? 1) - 1, day ?? 1));
  // Months and days that there aren't roll over to others, and years before 100 are taken for those of the last century.
  const isThere = !Number.isNaN(there.valueOf()) && there.toISOString().startsWith(date);
  if (!/^\d{4}(-\d{2}(-\d{2})?)?$/.test(date) || !isThere) return date;
  const shown = { year: 'numeric', ...(month && { month: 'long' }), ...(day && { day: 'numeric' }), timeZone: 'UTC' };
  return there.toLocaleDateString('en-GB', shown);
}

/** `h:mm:ss` or `m:ss`. */
export function clock(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (number) => String(number).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Page and time, as far as the source has them. */
export function positionWords(place) {
  const found = [];
  if (place.page !== null && place.page !== undefined) found.push(`page ${place.page}`);
  if (place.start_ms !== null && place.start_ms !== undefined) found.push(clock(place.start_ms));
  return found;
}
