import { drop, get, mapValues, put, withItem } from './dict.js';

const NAMES = ['b', 'a', '__proto__', 'c', '10', 'constructor', '!'];

const filled = (names: readonly string[]) => names.reduce((dict, name) => put(dict, name, name), {});

describe('a dictionary of the state', () => {
  it('is the same bytes in whatever order it was filled', () => {
    const bytes = JSON.stringify(filled(NAMES));
    expect(JSON.stringify(filled([...NAMES].reverse()))).toBe(bytes);
    expect(JSON.stringify(put(drop(filled(NAMES), 'a'), 'a', 'a'))).toBe(bytes);
    expect(JSON.stringify(JSON.parse(bytes))).toBe(bytes);
  });

  it('holds any name, and only what was put', () => {
    expect(NAMES.map((name) => get(filled(NAMES), name))).toEqual(NAMES);
    expect(get({}, 'constructor')).toBeUndefined();
  });

  it('is the same object when nothing changed', () => {
    const dict = filled(NAMES);
    expect(mapValues(dict, (value) => value)).toBe(dict);
    expect(drop(dict, 'none')).toBe(dict);
    expect(mapValues(dict, (_, name) => (name === 'a' ? null : name))).not.toHaveProperty('a');
  });

  it('keeps lists sorted, each item once', () => {
    expect(['b', 'a', 'b', 'c'].reduce<readonly string[]>(withItem, [])).toEqual(['a', 'b', 'c']);
  });
});
