/** Dictionaries of the state: keys sorted, so that equal content is equal bytes. Copies share what did not change. */

export type Dict<T> = { readonly [name: string]: T };

export { member as get } from '#domain/rules/facts.js';

export function put<T>(dict: Dict<T>, name: string, value: T): Dict<T> {
  if (Object.hasOwn(dict, name)) return { ...dict, [name]: value };
  const entries = Object.entries(dict);
  let at = entries.length;
  while (at > 0 && (entries[at - 1] as [string, T])[0] > name) at -= 1;
  entries.splice(at, 0, [name, value]);
  return Object.fromEntries(entries);
}

export function drop<T>(dict: Dict<T>, name: string): Dict<T> {
  if (!Object.hasOwn(dict, name)) return dict;
  return Object.fromEntries(Object.entries(dict).filter(([key]) => key !== name));
}

/** Each value changed, those that became null left out; the same object when none changed. */
export function mapValues<T>(dict: Dict<T>, change: (value: T, name: string) => T | null): Dict<T> {
  let changed = false;
  const entries: [string, T][] = [];
  for (const name of Object.keys(dict)) {
    const before = dict[name] as T;
    const after = change(before, name);
    if (after !== before) changed = true;
    if (after !== null) entries.push([name, after]);
  }
  return changed ? Object.fromEntries(entries) : dict;
}

/** Sorted, each once. */
export function withItem(sorted: readonly string[], item: string): readonly string[] {
  if (sorted.includes(item)) return sorted;
  const at = sorted.findIndex((other) => other > item);
  return at < 0 ? [...sorted, item] : [...sorted.slice(0, at), item, ...sorted.slice(at)];
}
