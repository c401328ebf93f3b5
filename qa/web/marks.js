/** A quote cut at the bounds of what is marked in it. Offsets count code points; JavaScript's strings count UTF-16 units. */

/**
 * The quote's words in order, each piece with `marked` (it answers) and `quoted` (somebody else's words, repeated).
 * Joined, the pieces are `cited_text` exactly.
 */
export function pieces(quote) {
  const points = [...quote.cited_text];
  const base = quote.start_char_index;
  const inside = (spans) =>
    (spans ?? []).map((span) => ({
      start: Math.max(0, span.start_char_index - base),
      end: Math.min(points.length, span.end_char_index - base),
    }));
  const marks = inside(quote.highlights);
  const quotations = inside(quote.quotations);
  const bounds = new Set([0, points.length]);
  for (const span of [...marks, ...quotations]) if (span.start < span.end) bounds.add(span.start).add(span.end);
  const ordered = [...bounds].sort((one, other) => one - other);
  const covers = (spans, start, end) => spans.some((span) => span.start <= start && end <= span.end);
  return ordered.slice(1).map((end, number) => {
    const start = ordered[number];
    return {
      words: points.slice(start, end).join(''),
      marked: covers(marks, start, end),
      quoted: covers(quotations, start, end),
    };
  });
}
