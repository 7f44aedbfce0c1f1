import type { Engagement } from '#contracts/engagement.js';
import { lagOf } from './lag.js';

const NOW = Date.UTC(2026, 10, 24, 12);
const at = (...times: (string | null)[]) => times.map((occurredAt) => ({ engagement: { occurredAt } as Engagement }));

it.each([
  ['the oldest event', at('2026-11-24T11:59:59.000Z', '2026-11-24T11:58:00.000Z', null), 120_000],
  ['a clock that is ahead', at('2026-11-24T12:00:05.000Z'), 0],
  ['events without a time', at(null, null), null],
  ['no events', [], null],
])('is told by %s', (_, engagements, lag) => {
  expect(lagOf(engagements, NOW)).toBe(lag);
});
