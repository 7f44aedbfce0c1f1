import { readTeams } from './read-teams.js';

const isTimeZone = (name: string) => name === 'Europe/Berlin';
const read = (text: string) => readTeams('teams.yaml', text, isTimeZone);

it('reads owners with their hours and zone, and teams in the order of their members', () => {
  const { teams, problems } = read(`
owners:
  Sam@Example.com: { name: Sam Reed, zone: Europe/Berlin, hours: { weekdays: [fri, mon], between: "09:00-17:00" } }
  kim@example.com: { hours: { between: "22:00-24:00" } }
  lee@example.com:
teams:
  sales: [kim@example.com, sam@example.com]
  none: []
`);
  expect(problems).toEqual([]);
  expect(teams).toEqual({
    owners: [
      {
        email: 'kim@example.com',
        name: '',
        zone: null,
        hours: { weekdays: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '22:00', to: '24:00' },
      },
      { email: 'lee@example.com', name: '', zone: null, hours: null },
      {
        email: 'sam@example.com',
        name: 'Sam Reed',
        zone: 'Europe/Berlin',
        hours: { weekdays: ['mon', 'fri'], from: '09:00', to: '17:00' },
      },
    ],
    teams: [
      { name: 'none', members: [] },
      { name: 'sales', members: ['kim@example.com', 'sam@example.com'] },
    ],
  });
});

it.each([
  ['owners: { sam: }', 1, 'by address'],
  ['owners:\n  a@b.co: { zone: Berlin }', 2, 'Europe/Berlin'],
  ['owners:\n  a@b.co: { hours: { between: "17:00-09:00" } }', 2, 'within one day'],
  ['owners:\n  a@b.co: { hours: { weekdays: [sunday], between: "09:00-17:00" } }', 2, 'one of: mon'],
  ['owners:\n  a@b.co: { hours: {} }', 2, '"09:00-17:00"'],
  ['owners:\n  a@b.co:\n  A@b.co:', 1, 'remove one'],
  ['owners:\n  a@b.co:\nteams:\n  x: [a@b.com]', 4, 'did you mean a@b.co?'],
  ['owners:\n  a@b.co:\nteams:\n  x: [a@b.co, a@b.co]', 4, 'remove one'],
  ['teams:\n  "the best": []', 2, 'letters'],
  ['team: {}', 1, 'did you mean teams?'],
])('refuses %j with its line and the cure', (text, line, cure) => {
  expect(read(text).problems[0]).toMatchObject({ file: 'teams.yaml', line, cure: expect.stringContaining(cure) });
});
