import { isAtWork } from './at-work.js';

const MONDAY = '2026-11-23';
const day = { weekdays: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00' } as const;
const berlin = { zone: 'Europe/Berlin', hours: day };

it.each([
  [`${MONDAY}T07:59:59Z`, false],
  [`${MONDAY}T08:00:00Z`, true],
  [`${MONDAY}T15:59:59Z`, true],
  [`${MONDAY}T16:00:00Z`, false],
  ['2026-11-22T10:00:00Z', false],
  // In summer nine o'clock there is an hour earlier.
  ['2026-07-06T07:00:00Z', true],
])('in Berlin at %s: %s', (at, expected) => {
  expect(isAtWork(berlin, Date.parse(at))).toBe(expected);
});

it('takes hours without a zone as UTC, up to midnight where they say so, and no hours as always', () => {
  const late = { zone: null, hours: { weekdays: ['sun'], from: '22:00', to: '24:00' } } as const;
  expect(isAtWork(late, Date.parse('2026-11-22T23:59:59Z'))).toBe(true);
  expect(isAtWork(late, Date.parse(`${MONDAY}T00:00:00Z`))).toBe(false);
  expect(isAtWork({ zone: 'Asia/Tokyo', hours: null }, 0)).toBe(true);
});
