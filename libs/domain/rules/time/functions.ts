/**
 * What conditions ask of the time: of the decision, never of the process. A zone is an IANA name, or "contact" for that of the contact;
 * one that has none errs, unless a second zone is given for that.
 */
import type { CelNode } from '../condition/ast.js';
import { nearest } from '../did-you-mean.js';
import { DAY } from '../duration.js';
import type { History, HistoryFunction } from '../history/history.js';
import { Refusal } from '../problem.js';
import { instantOf, isZone, type LocalTime, localTime, ZONES } from './zone.js';

const EXAMPLE = '"Europe/Berlin" or "contact"';

function zoneArgument(node: CelNode): string {
  const { op, args } = node;
  if (op !== 'value' || typeof args !== 'string')
    throw new Refusal('the zone must be a literal', `write it in quotes: ${EXAMPLE}`, node.start);
  if (args === 'contact' || isZone(args)) return args;
  const near = nearest(args, ZONES);
  throw new Refusal(`there is no time zone ${args}`, near ? `did you mean ${near}?` : `write ${EXAMPLE}`, node.start);
}

function zoneOf(zone: string, otherwise: string | undefined, { facts }: History): string | undefined {
  return zone === 'contact' ? (facts.timeZone ?? otherwise) : zone;
}

function nowIn(zone: string, otherwise: string | undefined, history: History): LocalTime {
  const of = zoneOf(zone, otherwise, history);
  if (of === undefined) throw new Error('the contact has no time zone');
  return localTime(of, history.now);
}

/** After how many minutes of the day there `value` changes next. */
type Until = (local: LocalTime) => number;

const NEXT_DAY: Until = () => 24 * 60;

/** When the local time `until` is reached, milliseconds. A contact without a zone has no time that could pass. */
function passes(until: Until, zone: string, otherwise: string | undefined, history: History): number | null {
  const of = zoneOf(zone, otherwise, history);
  if (of === undefined || !isZone(of)) return null;
  const local = localTime(of, history.now);
  return Math.max(history.now + 1, instantOf(of, local.date, until(local)));
}

function readsOf(zone: string): readonly string[] {
  return zone === 'contact' ? ['time_zone'] : [];
}

function timeFunction<T extends 'int' | 'string'>(
  name: string,
  returns: T,
  until: Until,
  value: (local: LocalTime) => T extends 'int' ? number : string,
): HistoryFunction {
  return {
    name,
    returns,
    arities: [1, 2],
    read([first, second]) {
      const zone = zoneArgument(first as CelNode);
      const otherwise = second ? zoneArgument(second) : undefined;
      if (otherwise === 'contact' || (otherwise !== undefined && zone !== 'contact'))
        throw new Refusal(
          'a second zone is for contacts without one',
          `write ${name}("contact", "UTC")`,
          second!.start,
        );
      return {
        counter: null,
        reads: readsOf(zone),
        next: (history) => passes(until, zone, otherwise, history),
        value: (history) => {
          const read = value(nowIn(zone, otherwise, history));
          return typeof read === 'number' ? BigInt(read) : read;
        },
      };
    },
  };
}

/** `date_in("Europe/Berlin", "30d")`: the day there in 30 days, `2026-11-24`; `-7d`: a week ago. */
const dateIn: HistoryFunction = {
  name: 'date_in',
  returns: 'string',
  arities: [1, 2],
  read([first, second]) {
    const zone = zoneArgument(first as CelNode);
    const text = second?.op === 'value' && typeof second.args === 'string' ? second.args : '';
    const days = /^-?(?:[1-9]\d{0,2}|[1-3]\d{3})d$/.test(text) ? Number(text.slice(0, -1)) : 0;
    if (second && days === 0)
      throw new Refusal('the distance is in days', 'write it in quotes: "30d" or "-7d"', second.start);
    return {
      counter: null,
      reads: readsOf(zone),
      next: (history) => passes(NEXT_DAY, zone, undefined, history),
      value: (history) => {
        const { date } = nowIn(zone, undefined, history);
        return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
      },
    };
  },
};

/** Refused where a contact would have to be looked at each minute. */
export const MINUTE_OF_DAY = 'minute_of_day_in';

export const TIME_FUNCTIONS: readonly HistoryFunction[] = [
  timeFunction(
    'hour_in',
    'int',
    ({ hour }) => 60 * (hour + 1),
    ({ hour }) => hour,
  ),
  timeFunction(
    MINUTE_OF_DAY,
    'int',
    ({ hour, minute }) => 60 * hour + minute + 1,
    ({ hour, minute }) => 60 * hour + minute,
  ),
  timeFunction('day_of_week', 'string', NEXT_DAY, ({ weekday }) => weekday),
  timeFunction('day_of_month', 'int', NEXT_DAY, ({ day }) => day),
  timeFunction('month_in', 'int', NEXT_DAY, ({ month }) => month),
  dateIn,
];
