/** The library is asked under three zones of the process too, each in a process of its own. */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import * as fc from 'fast-check';
import { DAY, HOUR, MINUTE } from '../duration.js';
import { instantOf, isZone, localTime, offsetAt, ZONES } from './zone.js';

const at = (text: string): number => Date.parse(text);

describe('time zones', () => {
  it.each([
    ['Europe/Berlin', '2026-03-29T00:59:59Z', '2026-03-29', 1, 59, 'sun'],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29', 3, 0, 'sun'],
    ['Europe/Berlin', '2026-10-25T00:59:59Z', '2026-10-25', 2, 59, 'sun'],
    ['Europe/Berlin', '2026-10-25T01:00:00Z', '2026-10-25', 2, 0, 'sun'],
    ['America/New_York', '2026-01-01T04:59:00Z', '2025-12-31', 23, 59, 'wed'],
    ['Asia/Kolkata', '2026-06-01T18:30:00Z', '2026-06-02', 0, 0, 'tue'],
    ['Pacific/Kiritimati', '2026-06-01T12:00:00Z', '2026-06-02', 2, 0, 'tue'],
    ['UTC', '1969-12-31T23:59:59Z', '1969-12-31', 23, 59, 'wed'],
  ])('in %s it is at %s: %s %d:%d, a %s', (zone, text, date, hour, minute, weekday) => {
    expect(localTime(zone, at(text))).toMatchObject({ date, hour, minute, weekday });
  });

  it('know a skipped time as an hour later, and the first of two', () => {
    expect(instantOf('Europe/Berlin', '2026-03-29', 150)).toBe(at('2026-03-29T01:30:00Z'));
    expect(instantOf('Europe/Berlin', '2026-10-25', 150)).toBe(at('2026-10-25T00:30:00Z'));
    expect(instantOf('Europe/Berlin', '2026-11-24', 9 * 60)).toBe(at('2026-11-24T08:00:00Z'));
  });

  it('turn an instant to local time and back, wherever clocks show it once', () => {
    const zone = fc.constantFrom('Europe/Berlin', 'America/Sao_Paulo', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC');
    fc.assert(
      fc.property(
        zone,
        fc.integer({ min: at('2000-01-01') / MINUTE, max: at('2036-01-01') / MINUTE }),
        (name, minutes) => {
          const instant = minutes * MINUTE;
          const { date, hour, minute } = localTime(name, instant);
          const back = instantOf(name, date, 60 * hour + minute);
          const twice = offsetAt(name, instant - 2 * HOUR) !== offsetAt(name, instant + 2 * HOUR);
          expect(back === instant || (twice && Math.abs(back - instant) <= HOUR)).toBe(true);
          const wall = Date.parse(`${date}T00:00:00Z`) + (60 * hour + minute) * MINUTE;
          expect(wall).toBe(instant + offsetAt(name, instant));
          expect(Math.abs(wall - instant)).toBeLessThanOrEqual(DAY);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('are known by their names alone', () => {
    expect(ZONES.every(isZone)).toBe(true);
    expect(isZone('Europe/Berlim')).toBe(false);
    expect(() => offsetAt('Mars/Olympus', 0)).toThrow('there is no time zone Mars/Olympus');
  });

  it.each(['UTC', 'Europe/Berlin', 'Pacific/Auckland'])('are the same in a process whose own zone is %s', (TZ) => {
    const library = createRequire(import.meta.url).resolve('moment-timezone');
    const asked = ZONES.filter((_, nth) => nth % 7 === 0).flatMap((name) =>
      ['2026-01-15T12:00:00Z', '2026-07-15T12:00:00Z', '2026-03-29T01:30:00Z'].map((text) => [name, at(text)]),
    );
    const script = `const m = require(${JSON.stringify(library)}); process.stdout.write(JSON.stringify(${JSON.stringify(asked)}.map(([z, t]) => 0 - m.tz.zone(z).utcOffset(t))))`;
    const told = JSON.parse(execFileSync(process.execPath, ['-e', script], { env: { ...process.env, TZ } }).toString());
    expect(told).toEqual(asked.map(([name, time]) => offsetAt(name as string, time as number) / MINUTE));
  });
});
