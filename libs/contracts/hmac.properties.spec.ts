import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { hmacSha256 } from './hmac.js';

it('is what OpenSSL gives, for keys and texts of any length', () => {
  const key = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(key, fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { minLength: 1 }), (secret, texts) => {
      for (const text of texts)
        expect(hmacSha256(secret, text)).toBe(createHmac('sha256', secret).update(text).digest('hex'));
    }),
    { numRuns: 1_000 },
  );
});
