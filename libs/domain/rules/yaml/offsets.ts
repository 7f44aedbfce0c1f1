/** Where each character of a scalar's value stands in the file, whatever its style: quoted, block, folded over lines. */

const SPACE = /\s/;

/**
 * Aligns `value` with the source text that wrote it, from `start` on: characters are found in order; white space of the value may be
 * any white space of the source (a folded line). Exact for plain and block text; after an escape it may be off by the escape.
 */
export function offsetsOf(text: string, start: number, end: number, value: string): (index: number) => number {
  let at = start;
  const header = /^[|>][-+0-9]*[ \t]*(#[^\n]*)?\n/.exec(text.slice(start, end));
  if (header) at += header[0].length;
  const offsets: number[] = [];
  for (const wanted of value) {
    let found = at;
    while (found < end && !alike(wanted, text[found] as string)) found += 1;
    if (found >= end) found = at;
    for (let unit = 0; unit < wanted.length; unit++) offsets.push(found + unit);
    at = found + wanted.length;
  }
  return (index) => offsets[index] ?? (offsets.at(-1) ?? start) + 1;
}

function alike(wanted: string, found: string): boolean {
  return wanted[0] === found || (SPACE.test(wanted) && SPACE.test(found));
}
