import { EVENT_EXAMPLES } from '#contracts/golden/examples.js';
import type { JsonObject } from '#contracts/json.js';
import { html } from '../html.js';
import { ago, counted, exact, when } from './format.js';
import { sentenceOf } from './words.js';

/** Every event there is, as the timeline holds it. */
const EXAMPLES = Object.values(EVENT_EXAMPLES).map(({ type, data, pii }) => ({
  type,
  data: data as unknown as JsonObject,
  pii: pii as JsonObject | null,
}));

const NOW = Date.UTC(2026, 10, 24, 12);

describe('times', () => {
  it.each([
    [0, 'just now'],
    [12_000, '12 s ago'],
    [5 * 60_000, '5 min ago'],
    [3 * 3_600_000, '3 h ago'],
    [2 * 86_400_000, '2 d ago'],
    [30 * 86_400_000, '25 Oct'],
    [400 * 86_400_000, '20 Oct 2025'],
    [-90_000, 'in 2 min'],
    [-5 * 3_600_000, 'in 5 h'],
  ])('%i ms before now read "%s"', (passed, text) => {
    expect(ago(NOW - passed, NOW)).toBe(text);
  });

  it('say exactly when one points at them', () => {
    expect(exact(NOW)).toBe('24 Nov 2026, 12:00:00 UTC');
    expect(when(NOW, NOW).text).toContain('datetime="2026-11-24T12:00:00.000Z"');
  });

  it('count in words', () => {
    expect([counted(1, 'engagement'), counted(1_234, 'engagement')]).toEqual(['1 engagement', '1,234 engagements']);
  });
});

describe('sentences', () => {
  it.each(EXAMPLES.map((example) => ({ type: example.type, example })))(
    'tell of $type, also when it is erased',
    ({ type, example }) => {
      const told = html`${sentenceOf(example).words}`.text;
      expect(told.replace(/<[^>]*>/g, '')).not.toMatch(/undefined|null|NaN|\[object/);
      expect(told).not.toContain(type);
      expect(html`${sentenceOf({ ...example, pii: null }).words}`.text).not.toMatch(/undefined|null|NaN/);
    },
  );

  it('tell of what they do not know by its name', () => {
    expect(html`${sentenceOf({ type: 'moon_risen', data: {}, pii: null }).words}`.text).toBe('moon risen');
  });
});
