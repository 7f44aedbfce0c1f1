import { randomBytes } from 'node:crypto';
import { PoisonError } from '#engine/log/errors.js';
import { AesDataKey } from './data-key.js';
import { openOrRecall, sealAndRemember } from './recall.js';

describe('what was sealed here', () => {
  const key = new AesDataKey(randomBytes(32));
  const value = { email: 'ada@example.com' };

  it('is known by its very bytes, and opened from a copy of them', () => {
    const sealed = sealAndRemember(value, 'event-1', key);
    expect(openOrRecall(sealed, 'event-1', key)).toBe(value);
    const copy = openOrRecall(Buffer.from(sealed), 'event-1', key);
    expect(copy).toEqual(value);
    expect(copy).not.toBe(value);
  });

  it('is hidden under another key and from another place, as its bytes are', () => {
    const sealed = sealAndRemember(value, 'event-1', key);
    expect(() => openOrRecall(sealed, 'event-2', key)).toThrow(PoisonError);
    expect(() => openOrRecall(sealed, 'event-1', new AesDataKey(randomBytes(32)))).toThrow(PoisonError);
  });
});
