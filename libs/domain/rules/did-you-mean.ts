/** The known name nearest to a wrong one: what the writer probably meant. */

/** Edits (insert, delete, replace, swap of neighbours) from `a` to `b`: Damerau-Levenshtein, restricted. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    before = above;
    above = row;
  }
  return above[b.length] ?? 0;
}

/** The nearest of `known`, or null when none is near (more than a third of its letters away, at least 2). */
export function nearest(wrong: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  const text = wrong.toLowerCase().replaceAll('-', '_');
  for (const name of known) {
    const edits = distance(text, name.toLowerCase().replaceAll('-', '_'));
    if (edits < least && edits <= Math.max(2, Math.floor(name.length / 3))) {
      best = name;
      least = edits;
    }
  }
  return best;
}

/** A cure that names the nearest known one, or lists all where none is near. */
export function didYouMean(wrong: string, known: readonly string[], what: string): string {
  const name = nearest(wrong, known);
  if (name !== null) return `did you mean ${name}?`;
  if (known.length === 0) return `there is no ${what} yet: declare it first`;
  const shown = known.slice(0, 20).join(', ');
  return `use one of: ${shown}${known.length > 20 ? ', …' : ''}`;
}
