import { deriveId, keyedId, normaliseEmail, subjectOf } from './ids.js';

describe('ids', () => {
  it('are stored: the same parts give the same id for ever', () => {
    expect(deriveId('event', 'a', 1)).toBe('f2fc1710-2b11-8597-98cb-b09ace574dac');
    expect(keyedId(Buffer.alloc(32, 1), 'subject', 'email', 'ada@example.org')).toBe(
      '4d7011d6-bbe5-80c5-a593-eb7a4d19363a',
    );
    expect(subjectOf(Buffer.alloc(32, 1), { kind: 'email', value: 'ada@example.org' })).toBe(
      '4d7011d6-bbe5-80c5-a593-eb7a4d19363a',
    );
  });

  it('differ where parts are cut elsewhere, and are UUIDs of version 8', () => {
    expect(deriveId('ab', 'c')).not.toBe(deriveId('a', 'bc'));
    for (let n = 0; n < 100; n += 1)
      expect(deriveId('n', n)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('come from addresses written the same way', () => {
    expect(normaliseEmail('  Ada+x@Bücher.example ')).toBe('ada+x@xn--bcher-kva.example');
    expect(normaliseEmail('no address')).toBeNull();
  });
});
