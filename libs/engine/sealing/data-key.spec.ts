import { randomBytes } from 'node:crypto';
import { PoisonError } from '#engine/log/errors.js';
import { AesDataKey } from './data-key.js';
import { AesMasterKey } from './master-key.js';

describe('a data key', () => {
  const key = new AesDataKey(randomBytes(32));

  it('opens what it sealed, at the same place', () => {
    expect(key.open(key.seal({ email: 'ada@example.org', n: 1 }, 'event-1'), 'event-1')).toEqual({
      email: 'ada@example.org',
      n: 1,
    });
    expect(key.openBytes(key.sealBytes(Buffer.from('raw'), 'p'), 'p').toString()).toBe('raw');
  });

  it('never seals the same twice alike', () => {
    const sealed = new Set(Array.from({ length: 3_000 }, () => key.seal('x', 'p').toString('hex')));
    expect(sealed.size).toBe(3_000);
  });

  it('writes version 1, nonce, ciphertext and tag', () => {
    const sealed = key.sealBytes(Buffer.from('twelve bytes'), 'p');
    expect(sealed[0]).toBe(1);
    expect(sealed).toHaveLength(1 + 12 + 12 + 16);
    expect(sealed.includes('twelve')).toBe(false);
  });

  it.each([
    ['moved elsewhere', (sealed: Buffer) => key.openBytes(sealed, 'other')],
    ['under another key', (sealed: Buffer) => new AesDataKey(randomBytes(32)).openBytes(sealed, 'p')],
    ['cut short', (sealed: Buffer) => key.openBytes(sealed.subarray(0, 20), 'p')],
    [
      'changed',
      (sealed: Buffer) =>
        key.openBytes(Buffer.concat([sealed.subarray(0, -1), Buffer.from([sealed.at(-1)! ^ 1])]), 'p'),
    ],
    [
      'of a later version',
      (sealed: Buffer) => key.openBytes(Buffer.concat([Buffer.from([2]), sealed.subarray(1)]), 'p'),
    ],
  ])('refuses bytes that are %s', (_, open) => {
    expect(() => open(key.sealBytes(Buffer.from('secret'), 'p'))).toThrow(PoisonError);
  });

  it('refuses a key of another length', () => {
    expect(() => new AesDataKey(Buffer.alloc(16))).toThrow('32 bytes');
  });
});

describe('the master key', () => {
  it('binds what it wraps to the owner', () => {
    const master = new AesMasterKey(randomBytes(32));
    const { key, wrapped } = master.create('contact:a');
    expect(master.unwrap(wrapped, 'contact:a').open(key.seal(1, 'p'), 'p')).toBe(1);
    expect(() => master.unwrap(wrapped, 'contact:b')).toThrow(PoisonError);
    const secret = randomBytes(32);
    expect(master.unwrapSecret(master.wrapSecret(secret, 'w'), 'w')).toEqual(secret);
  });
});
