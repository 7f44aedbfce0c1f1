import { createSecretKey } from 'node:crypto';
import { keyCache, secretOf } from './key-cache.js';

/** A cache and the texts that it parsed, in order. */
function counted() {
  const parsed: string[] = [];
  const key = keyCache((text) => {
    parsed.push(text);
    return secretOf(Buffer.from(text));
  });
  return { key, parsed };
}

it('parses each text once, also one that is no key', () => {
  const { key, parsed } = counted();
  const first = key('a');
  expect(first?.equals(createSecretKey(Buffer.from('a')))).toBe(true);
  expect(key('a')).toBe(first);
  expect([key(''), key('')]).toEqual([null, null]);
  expect(key('b')).not.toBe(first);
  expect(parsed).toEqual(['a', '', 'b']);
});

it('keeps no more than a thousand, whatever is asked of it', () => {
  const { key, parsed } = counted();
  for (let n = 0; n <= 1_000; n += 1) key(`key ${n}`);
  key('key 1000');
  expect(parsed).toHaveLength(1_001);
  key('key 0');
  expect(parsed).toHaveLength(1_002);
});
