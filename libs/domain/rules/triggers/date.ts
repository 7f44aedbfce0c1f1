/**
 * `on: { date: renewal_date, offset: -30d, at: "09:00", zone: contact }`: a date of the contact has come, so long before or after it. Days
 * are those of the calendar there; a contact without a time zone is in UTC. What was past when it was written triggers nothing.
 */
import type { Json } from '#contracts/json.js';
import { storedValue } from '../attributes/declaration.js';
import { partsOfType, type TypeParts } from '../attributes/type.js';
import { dueShape } from '../condition/event-shape.js';
import { didYouMean } from '../did-you-mean.js';
import { DAY, DURATION_CURE, HORIZON, parseDuration } from '../duration.js';
import { type ContactFacts, member } from '../facts.js';
import { instantOf, isZone, ZONES } from '../time/zone.js';
import type { Field, Source } from '../yaml/source.js';
import type { TriggerKind } from './trigger.js';

const EXAMPLE = 'on: { date: renewal_date, offset: -30d, at: "09:00", zone: contact }';
const CONTACT = 'contact';
/** Where nothing else is written: a time at which people work. */
const NINE = 9 * 60;

interface Place {
  /** Milliseconds; whole days are days of the calendar. */
  readonly offset: number;
  /** Of the day. */
  readonly minutes: number;
  /** IANA name, or `contact`. */
  readonly zone: string;
}

export const date: TriggerKind = {
  kind: 'date',
  argument: 'required',
  options: ['offset', 'at', 'zone'],
  example: EXAMPLE,
  read(field, options, source, { attributes }) {
    const name = field && source.string(field, 'date', 'write the name of an attribute');
    if (!field || name === null) return null;
    const at = source.at(field.value, field.at);
    const type = member(attributes, name);
    if (type === undefined) {
      const cure = `${didYouMean(name, Object.keys(attributes), 'attribute')} (attributes.yaml)`;
      return source.complain(at, `no attribute ${name} is declared`, cure);
    }
    const parts = partsOfType(type);
    if (parts.list || (parts.scalar !== 'date' && parts.scalar !== 'datetime'))
      return source.complain(at, `${name} is no date`, 'name an attribute that is declared as date or datetime');
    const place = placeOf(options, parts, source);
    if (place === null) return null;
    return {
      type: 'date',
      text: place.offset === 0 ? `${name} comes` : `${name} ${options.get('offset')?.value?.toString() ?? ''}`,
      event: dueShape(),
      terms: [],
      matches: () => true,
      due: (facts) => instant(storedValue(parts, name, facts.attributes), parts, place, facts),
    };
  },
};

function placeOf(options: ReadonlyMap<string, Field>, { scalar }: TypeParts, source: Source): Place | null {
  const [offsetField, atField, zoneField] = ['offset', 'at', 'zone'].map((name) => options.get(name));
  if (scalar === 'datetime') {
    const wrong = atField ?? zoneField;
    if (wrong)
      return source.complain(
        wrong.at,
        `a datetime has its own ${wrong.name === 'at' ? 'time' : 'zone'}`,
        `remove ${wrong.name}:`,
      );
  }
  const offset = offsetField ? offsetOf(offsetField, source) : 0;
  const minutes = atField ? minutesOf(atField, source) : NINE;
  const zone = zoneField ? zoneOf(zoneField, source) : CONTACT;
  return offset === null || minutes === null || zone === null ? null : { offset, minutes, zone };
}

function offsetOf(field: Field, source: Source): number | null {
  const cure = 'write a duration with its sign: -30d, +2h';
  const text = source.string(field, 'offset', cure);
  const [, sign, length] = /^([+-]?)(.+)$/.exec(text?.trim() ?? '') ?? [];
  const ms = length === undefined ? null : parseDuration(length);
  if (text === null) return null;
  const at = source.at(field.value, field.at);
  if (ms === null) return source.complain(at, `offset cannot be ${text}`, `${cure} (${DURATION_CURE})`);
  if (ms > HORIZON) return source.complain(at, `an offset of ${text}`, 'write at most 400d');
  return sign === '-' ? -ms : ms;
}

function minutesOf(field: Field, source: Source): number | null {
  const cure = 'write a time of the day in quotes: "09:00"';
  const text = source.string(field, 'at', cure);
  if (text === null) return null;
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text.trim()) ?? [];
  if (hours === undefined) return source.complain(source.at(field.value, field.at), `at cannot be ${text}`, cure);
  return Number(hours) * 60 + Number(minutes);
}

function zoneOf(field: Field, source: Source): string | null {
  const zone = source.string(field, 'zone', 'write contact, or a time zone: Europe/Berlin');
  if (zone === null || zone === CONTACT || isZone(zone)) return zone;
  const cure = didYouMean(zone, [CONTACT, ...ZONES], 'time zone');
  return source.complain(source.at(field.value, field.at), `there is no time zone ${zone}`, cure);
}

/** Null where the contact has no such date. */
function instant(value: Json | undefined, { scalar }: TypeParts, place: Place, facts: ContactFacts): number | null {
  if (typeof value !== 'string') return null;
  const start = Date.parse(scalar === 'date' ? `${value}T00:00:00Z` : value);
  if (Number.isNaN(start)) return null;
  if (scalar === 'datetime') return start + place.offset;
  const days = place.offset % DAY === 0 ? place.offset : 0;
  const day = new Date(start + days).toISOString().slice(0, 10);
  const own = facts.timeZone !== null && isZone(facts.timeZone) ? facts.timeZone : 'UTC';
  const local = instantOf(place.zone === CONTACT ? own : place.zone, day, place.minutes);
  return local + (days === 0 ? place.offset : 0);
}
