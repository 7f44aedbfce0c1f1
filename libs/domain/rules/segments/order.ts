/** The order in which segments are judged: those that others ask for before those that ask. */

interface Asking {
  readonly name: string;
  readonly if: { readonly segments: readonly string[] };
}

/** By name where none asks for another. What is in a cycle, which a check refuses, stands where its name puts it. */
export function inOrder<T extends Asking>(segments: readonly T[]): readonly T[] {
  const byName = new Map(segments.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((one) => [one.name, one]));
  const ordered = new Set<T>();
  const begun = new Set<string>();
  const put = (segment: T): void => {
    if (begun.has(segment.name)) return;
    begun.add(segment.name);
    for (const name of segment.if.segments) {
      const asked = byName.get(name);
      if (asked) put(asked);
    }
    ordered.add(segment);
  };
  for (const segment of byName.values()) put(segment);
  return [...ordered];
}

/** Names of segments that ask for each other, from one back to it: `a, b, a`; null where there are none. */
export function cycleOf(segments: readonly Asking[]): readonly string[] | null {
  const byName = new Map(segments.map((one) => [one.name, one]));
  const clear = new Set<string>();
  const follow = (name: string, path: readonly string[]): readonly string[] | null => {
    const at = path.indexOf(name);
    if (at >= 0) return [...path.slice(at), name];
    if (clear.has(name)) return null;
    for (const asked of byName.get(name)?.if.segments ?? []) {
      const found = follow(asked, [...path, name]);
      if (found) return found;
    }
    clear.add(name);
    return null;
  };
  for (const { name } of segments) {
    const found = follow(name, []);
    if (found) return found;
  }
  return null;
}
