/**
 * Reads teams.yaml: `owners: { ADDRESS: { name, zone, hours: { weekdays, between } } }` and `teams: { NAME: [ADDRESS, …] }`. Which
 * names are time zones the caller says: the zones of a process are no part of the domain.
 */
import { isScalar, isSeq } from 'yaml';
import { normaliseEmail } from '#contracts/ids.js';
import { didYouMean } from '../did-you-mean.js';
import type { RuleProblem } from '../problem.js';
import { type Field, Source } from '../yaml/source.js';
import { readStrict } from '../yaml/strict.js';
import {
  MAX_OWNERS,
  MAX_TEAMS,
  type Owner,
  spanOf,
  TEAM_NAME,
  type Team,
  type Teams,
  WEEKDAYS,
  type Weekday,
  type WorkingHours,
} from './teams.js';

const SPAN_CURE = 'write hours within one day, in quotes: "09:00-17:00"';

export function readTeams(
  path: string,
  text: string,
  isTimeZone: (name: string) => boolean,
): { teams: Teams; problems: readonly RuleProblem[] } {
  const read = readStrict(path, text);
  if ('problems' in read) return { teams: { owners: [], teams: [] }, problems: read.problems };
  const source = new Source(path, text, read.yaml);
  const fields = source.fields(source.root, 0, path, ['owners', 'teams']);
  const under = (key: string) => {
    const field = fields?.get(key);
    return field ? [...(source.fields(field.value, field.at, `${key}:`, null)?.values() ?? [])] : [];
  };
  const owners = under('owners').flatMap((field) => ownerOf(field, source, isTimeZone) ?? []);
  const known = owners.map(({ email }) => email);
  known.forEach((email, index) => {
    if (known.indexOf(email) < index) source.complain(0, `${email} is there twice`, 'remove one of them');
  });
  const teams = under('teams').flatMap((field) => teamOf(field, known, source) ?? []);
  if (owners.length > MAX_OWNERS) source.complain(0, `${owners.length} owners`, `write at most ${MAX_OWNERS}`);
  if (teams.length > MAX_TEAMS) source.complain(0, `${teams.length} teams`, `write at most ${MAX_TEAMS}`);
  return {
    teams: {
      owners: owners.sort((a, b) => (a.email < b.email ? -1 : 1)),
      teams: teams.sort((a, b) => (a.name < b.name ? -1 : 1)),
    },
    problems: source.problems,
  };
}

function ownerOf(field: Field, source: Source, isTimeZone: (name: string) => boolean): Owner | null {
  const email = normaliseEmail(field.name);
  if (email === null) return source.complain(field.at, `${field.name} is no e-mail address`, 'write owners by address');
  if (isScalar(field.value) && field.value.value === null) return { email, name: '', zone: null, hours: null };
  const fields = source.fields(field.value, field.at, email, ['name', 'zone', 'hours']);
  if (!fields) return null;
  const before = source.problems.length;
  const [nameField, zoneField, hoursField] = [fields.get('name'), fields.get('zone'), fields.get('hours')];
  const name = nameField ? source.string(nameField, 'name', 'write a name, or remove name:') : '';
  const zone = zoneField ? source.string(zoneField, 'zone', 'write an IANA name: Europe/Berlin') : null;
  if (zoneField && zone !== null && !isTimeZone(zone))
    source.complain(source.at(zoneField.value), `there is no time zone ${zone}`, 'write an IANA name: Europe/Berlin');
  const hours = hoursField ? hoursOf(hoursField, source) : null;
  return source.problems.length > before ? null : { email, name: name ?? '', zone, hours };
}

function hoursOf(field: Field, source: Source): WorkingHours | null {
  const fields = source.fields(field.value, field.at, 'hours:', ['weekdays', 'between']);
  const [daysField, betweenField] = [fields?.get('weekdays'), fields?.get('between')];
  if (!fields) return null;
  if (!betweenField) return source.complain(field.at, 'hours: has no between:', SPAN_CURE);
  const text = source.string(betweenField, 'between', SPAN_CURE);
  const span = text === null ? null : spanOf(text);
  if (text !== null && span === null)
    return source.complain(source.at(betweenField.value), `hours cannot be ${text}`, SPAN_CURE);
  const weekdays = daysField ? weekdaysOf(daysField, source) : WEEKDAYS.slice(0, 5);
  return span && weekdays && { weekdays, ...span };
}

function weekdaysOf(field: Field, source: Source): readonly Weekday[] | null {
  const items = source.items(field, 'weekdays:');
  if (!items) return null;
  for (const item of items) {
    const day = isScalar(item) ? String(item.value) : '';
    if (!(WEEKDAYS as readonly string[]).includes(day))
      return source.complain(source.at(item, field.at), `${day} is no weekday`, didYouMean(day, WEEKDAYS, 'weekday'));
  }
  const days = items.map((item) => (isScalar(item) ? item.value : null));
  return WEEKDAYS.filter((day) => days.includes(day));
}

function teamOf(field: Field, known: readonly string[], source: Source): Team | null {
  const { name, at, value } = field;
  if (!TEAM_NAME.test(name))
    return source.complain(at, `a team cannot be called ${name}`, 'use letters, digits, - and _');
  const listed = isSeq(value) ? value.items : null;
  if (!listed)
    return source.complain(source.at(value, at), `${name} is no list`, 'write the addresses: [sam@example.com]');
  const members: string[] = [];
  for (const item of listed) {
    const text = isScalar(item) ? String(item.value) : '';
    const email = normaliseEmail(text);
    const where = source.at(item as Field['value'], at);
    if (email === null || !known.includes(email))
      return source.complain(where, `${text} is no owner`, `${didYouMean(text, known, 'owner')} (owners:)`);
    if (members.includes(email)) return source.complain(where, `${text} is in ${name} twice`, 'remove one of them');
    members.push(email);
  }
  return { name, members };
}
