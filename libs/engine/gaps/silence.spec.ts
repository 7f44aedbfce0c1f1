import fc from 'fast-check';
import { type HourCount, silenceOf, silentUntil } from './silence.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MONDAY = Date.UTC(2026, 10, 23);

/** Counts of the weeks before `now`, by the hour of the week (0: Monday, midnight UTC) and the week (0: the last one). */
function history(now: number, count: (hourOfWeek: number, week: number) => number, weeks = 5): HourCount[] {
  const counts: HourCount[] = [];
  for (let hour = Math.floor(now / HOUR) * HOUR - weeks * 7 * DAY; hour < now; hour += HOUR) {
    const found = count(((hour - MONDAY) / HOUR + 1_000 * 168) % 168, Math.floor((now - hour - 1) / (7 * DAY)));
    if (found > 0) counts.push({ hour, count: found });
  }
  return counts;
}

/** Mails of office hours, Monday to Friday. */
const office = (hourOfWeek: number) => (hourOfWeek < 120 && hourOfWeek % 24 >= 8 && hourOfWeek % 24 < 18 ? 40 : 0);
const silentSince = (counts: readonly HourCount[], from: number) => counts.filter(({ hour }) => hour < from);
const TUESDAY_2PM = MONDAY + DAY + 14 * HOUR;

describe('a source', () => {
  it('that stops at ten on a working day is silent by ten past one, since the last hour in which something came', () => {
    const counts = silentSince(history(TUESDAY_2PM, office), MONDAY + DAY + 10 * HOUR);
    const tenPast = TUESDAY_2PM - 50 * 60_000;
    expect(silenceOf(counts, tenPast - 1)).toBeNull();
    expect(silenceOf(counts, tenPast)).toEqual({ from: MONDAY + DAY + 9 * HOUR, expected: 120 });
  });

  it('is expected to be quiet at night and at the weekend', () => {
    const monday = MONDAY + 7 * DAY + 8 * HOUR + 15 * 60_000;
    expect(
      silenceOf(
        history(monday, (hour) => office(hour)),
        monday,
      ),
    ).toBeNull();
    const night = MONDAY + DAY + 7 * HOUR;
    expect(silenceOf(history(night, office), night)).toBeNull();
  });

  it('that was as quiet in one of the past weeks (a holiday) is not silent', () => {
    const counts = silentSince(
      history(TUESDAY_2PM, (hour, week) => (week === 2 ? 0 : office(hour))),
      MONDAY + DAY + 8 * HOUR,
    );
    expect(silenceOf(counts, TUESDAY_2PM + HOUR)).toBeNull();
  });

  it.each([1, 2])('known for %d weeks has no habit yet', (weeks) => {
    const counts = silentSince(history(TUESDAY_2PM, office, weeks), MONDAY + DAY + 8 * HOUR);
    expect(silenceOf(counts, TUESDAY_2PM)).toBeNull();
  });

  it('of little traffic never alarms for what chance may do', () => {
    const counts = silentSince(
      history(TUESDAY_2PM, (hour) => (office(hour) > 0 ? 3 : 0)),
      MONDAY + DAY + 9 * HOUR,
    );
    expect(silenceOf(counts, TUESDAY_2PM + 11 * 60_000)).toBeNull();
    expect(silenceOf([], TUESDAY_2PM)).toBeNull();
  });

  it('that sends in one hour a week is not judged by that hour alone', () => {
    const counts = silentSince(
      history(TUESDAY_2PM, (hour) => (hour === 34 ? 5_000 : 0)),
      MONDAY,
    );
    expect(silenceOf(counts, TUESDAY_2PM)).toBeNull();
  });

  it('that is silent for more than a week was switched off', () => {
    const counts = silentSince(history(TUESDAY_2PM, office), MONDAY - 7 * DAY);
    expect(silenceOf(counts, TUESDAY_2PM)).toBeNull();
  });

  it('is silent until the end of the hour in which something comes again', () => {
    const from = MONDAY + DAY + 9 * HOUR;
    expect(silentUntil([{ hour: from, count: 4 }], from)).toBeNull();
    expect(
      silentUntil(
        [
          { hour: from + 6 * HOUR, count: 1 },
          { hour: from + 5 * HOUR, count: 2 },
        ],
        from,
      ),
    ).toBe(from + 6 * HOUR);
  });
});

it('of so little that a week’s hours hold less than 20 altogether, no source is ever called silent', () => {
  const rare = fc.array(
    fc.record({ hour: fc.integer({ min: 0, max: 5 * 168 }), count: fc.integer({ min: 1, max: 19 }) }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(rare, fc.integer({ min: 0, max: 6 * 168 }), (counts, at) => {
      const perWeek = Map.groupBy(counts, ({ hour }) => Math.floor(hour / 168));
      const thin = [...perWeek.values()].every((week) => week.reduce((sum, { count }) => sum + count, 0) < 20);
      fc.pre(thin);
      expect(
        silenceOf(
          counts.map(({ hour, count }) => ({ hour: MONDAY + hour * HOUR, count })),
          MONDAY + at * HOUR,
        ),
      ).toBeNull();
    }),
    { numRuns: 1_000 },
  );
});
