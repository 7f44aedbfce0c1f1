import { isTimeZone } from './time-zone.js';

it.each(['Europe/Berlin', 'UTC', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])('%s is a time zone', (name) => {
  expect([isTimeZone(name), isTimeZone(name)]).toEqual([true, true]);
});

it.each(['Berlin', '+01:00', '', 'Europe/Berlin ', 'x'.repeat(300)])('%j is none', (name) => {
  expect(isTimeZone(name)).toBe(false);
});
