/** The library's complaints in the words of the language, with a cure. */
import { TypeError as CelTypeError, EvaluationError, ParseError } from '@marcbachmann/cel-js';
import type { AttributeTypes } from '../attributes/type.js';
import { didYouMean } from '../did-you-mean.js';
import { Refusal } from '../problem.js';
import { type CelNode, callOf } from './ast.js';
import { CONTACT_FIELDS } from './contact-view.js';
import { EVENT_FIELDS } from './event-view.js';

export interface Explained {
  readonly problem: string;
  readonly cure: string;
  /** Index into the text of the condition. */
  readonly start: number;
}

/** What the condition may name. */
export interface Names {
  readonly variables: readonly string[];
  readonly attributes: AttributeTypes;
  /** Fields of `event`. */
  readonly event: readonly string[];
}

/** Throws what is no complaint about the condition. */
export function explain(error: unknown, names: Names): Explained {
  if (error instanceof Refusal) return { problem: error.message, cure: error.cure, start: error.start };
  if (!(error instanceof CelTypeError || error instanceof ParseError || error instanceof EvaluationError)) throw error;
  const start = error.range?.start ?? 0;
  const node = error.node as unknown as CelNode | undefined;
  return { problem: problemOf(error.code, error.summary), start, cure: cureOf(error.code, error.summary, node, names) };
}

/** In words of ours where the library's are those of a programmer. */
function problemOf(code: string, summary: string): string {
  const named = summary.slice(summary.lastIndexOf(': ') + 2);
  if (code === 'no_such_key') return `there is no field ${named}`;
  if (code === 'unknown_variable') return `nothing is called ${named} here`;
  if (code === 'no_such_overload') return `these do not go together: ${named}`;
  return /: EOF$/.test(summary) ? 'the condition ends too early' : summary;
}

function cureOf(code: string, summary: string, node: CelNode | undefined, names: Names): string {
  const named = summary.slice(summary.lastIndexOf(': ') + 2);
  switch (code) {
    case 'unknown_variable':
      if (named === 'event' && !names.variables.includes('event'))
        return 'a segment is about no event: ask count, never or days_since for what happened';
      if (named === 'contact') return 'where: sees only event; move this to if:';
      return didYouMean(named, names.variables, 'variable');
    case 'no_such_key':
      return didYouMean(named, fieldsOf(node, names), 'field');
    case 'no_such_overload':
      return 'both sides must have the same type: text in quotes, numbers without, int(…), double(…) or string(…) to change one';
    case 'no_matching_overload':
      return callCure(node);
    case 'invalid_logical_operand':
      return 'each side of && and || must be true or false: compare it with something';
    case 'limit_exceeded':
      return 'split it into several rules, or say it shorter';
    case 'unexpected_character':
      return summary.includes('=') ? 'write == to compare' : 'remove it';
    case 'reserved_identifier':
      return 'use another name';
    default:
      return 'check brackets, quotes and operators';
  }
}

function fieldsOf(node: CelNode | undefined, { attributes, event }: Names): readonly string[] {
  const left = Array.isArray(node?.args) ? (node.args[0] as CelNode | undefined) : undefined;
  switch (left?.checkedType?.name) {
    case 'Contact':
      return Object.keys(CONTACT_FIELDS);
    case 'Attributes':
      return Object.keys(attributes);
    case 'Change':
      return event;
    default:
      return Object.keys(EVENT_FIELDS);
  }
}

const USES: { readonly [name: string]: string } = {
  has: 'has(event.url)',
  count: 'count("clicked", "7d") or count("clicked", "7d", e, e.actor == "human")',
  never: 'never("opened", "60d") or never("opened", "60d", e, e.actor == "human")',
  days_since: 'days_since("opened")',
  in_sequence: 'in_sequence("nurture")',
  in_segment: 'in_segment("engaged")',
  hour_in: 'hour_in("Europe/Berlin"), or hour_in("contact", "Europe/Berlin")',
  minute_of_day_in: 'minute_of_day_in("Europe/Berlin")',
  day_of_week: 'day_of_week("Europe/Berlin") in ["sat", "sun"]',
  day_of_month: 'day_of_month("Europe/Berlin")',
  month_in: 'month_in("Europe/Berlin")',
  date_in: 'date_in("Europe/Berlin", "30d")',
  exists: 'contact.tags.exists(t, t == "vip")',
};

function callCure(node: CelNode | undefined): string {
  const name = node ? callOf(node)?.name : undefined;
  const use = name !== undefined && Object.hasOwn(USES, name) ? USES[name] : undefined;
  return use ? `use it as ${use}` : 'check the number and types of its arguments';
}
