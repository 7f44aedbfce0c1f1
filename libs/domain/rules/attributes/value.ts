/** Whether a value is of a declared type, in the form in which it is stored. */
import type { Json } from '#contracts/json.js';
import { didYouMean } from '../did-you-mean.js';
import { inWords, type Scalar, type TypeParts } from './type.js';

export const MAX_TEXT = 10_000;
export const MAX_ITEMS = 200;

/** `value`: as it is stored. */
export type Checked = { readonly value: Json } | { readonly problem: string; readonly cure: string };

/** Decimals are stored as they are written, dates as `2026-11-24`, times in UTC with milliseconds. */
export function checkValue(type: TypeParts, value: unknown): Checked {
  if (!type.list) return checkOne(type, value);
  if (!Array.isArray(value)) return refused(type, value, `write a list: [${EXAMPLES[type.scalar]}]`);
  if (value.length > MAX_ITEMS)
    return { problem: `a list of ${value.length} is too long`, cure: `write at most ${MAX_ITEMS}` };
  const items: Json[] = [];
  for (const one of value) {
    const checked = checkOne({ ...type, list: false }, one);
    if ('problem' in checked) return checked;
    items.push(checked.value);
  }
  return { value: items };
}

function checkOne(type: TypeParts, value: unknown): Checked {
  const stored = CHECKS[type.scalar](value, type);
  if (stored !== null) return { value: stored };
  if (typeof value === 'string' && value.length > MAX_TEXT)
    return { problem: `text of ${value.length} characters is too long`, cure: `write at most ${MAX_TEXT}` };
  return refused(type, value, cureOf(type, value));
}

function refused(type: TypeParts, value: unknown, cure: string): Checked {
  return { problem: `expected ${inWords(type)}, and ${shown(value)} is none`, cure };
}

const CHECKS: { readonly [scalar in Scalar]: (value: unknown, type: TypeParts) => Json | null } = {
  string: (value) => (typeof value === 'string' && value.length <= MAX_TEXT ? value : null),
  int: (value) => (Number.isSafeInteger(value) ? (value as number) : null),
  decimal: decimalOf,
  double: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : null),
  bool: (value) => (typeof value === 'boolean' ? value : null),
  date: (value) => (typeof value === 'string' && isDate(value) ? value : null),
  datetime: timeOf,
  enum: (value, { values }) => (typeof value === 'string' && values.includes(value) ? value : null),
};

/** A JSON number with a fraction is refused: it was a float already. */
function decimalOf(value: unknown): string | null {
  if (Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && /^-?(?:0|[1-9]\d{0,29})(?:\.\d{1,18})?$/.test(value) ? value : null;
}

function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (!match) return false;
  const date = new Date(0);
  date.setUTCFullYear(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  return date.toISOString().slice(0, 10) === text;
}

const TIME =
  /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** RFC 3339 with an offset → UTC with milliseconds, so that text compares as time does. */
function timeOf(value: unknown): string | null {
  const match = typeof value === 'string' ? TIME.exec(value) : null;
  if (!match || !isDate(match[1] as string)) return null;
  const time = new Date(value as string);
  const iso = Number.isNaN(time.getTime()) ? '' : time.toISOString();
  return /^\d{4}-/.test(iso) ? iso : null;
}

const EXAMPLES: { readonly [scalar in Scalar]: string } = {
  string: '"some text"',
  int: '5',
  decimal: '"12.50"',
  double: '0.5',
  bool: 'true',
  date: '"2026-11-24"',
  datetime: '"2026-11-24T09:30:00Z"',
  enum: '"…"',
};

function cureOf(type: TypeParts, value: unknown): string {
  if (type.scalar === 'enum') return didYouMean(typeof value === 'string' ? value : '', type.values, 'value');
  if (type.scalar === 'decimal' && typeof value === 'number') return `write it as text: "${value}"`;
  if (type.scalar === 'string' && (typeof value === 'number' || typeof value === 'boolean'))
    return `put it in quotes: "${value}"`;
  if (type.scalar === 'datetime' && typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value))
    return `write time and offset: ${EXAMPLES.datetime}`;
  return `write ${type.scalar === 'bool' ? 'true or false' : `it as ${EXAMPLES[type.scalar]}`}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

const TRUE = ['true', 'yes', '1'];
const FALSE = ['false', 'no', '0'];

/** Text of a file's column → what `checkValue` takes: items of a list are parted by semicolons. Text that fits no type stays text. */
export function fromText({ scalar, list, ...rest }: TypeParts, text: string): Json {
  if (list)
    return text
      .split(';')
      .map((one) => one.trim())
      .filter((one) => one !== '')
      .map((one) => fromText({ scalar, list: false, ...rest }, one));
  const trimmed = text.trim();
  if (scalar === 'int' && /^[+-]?\d{1,16}$/.test(trimmed)) return Number(trimmed);
  if (scalar === 'double' && trimmed !== '' && Number.isFinite(Number(trimmed))) return Number(trimmed);
  if (scalar === 'bool' && TRUE.includes(trimmed.toLowerCase())) return true;
  if (scalar === 'bool' && FALSE.includes(trimmed.toLowerCase())) return false;
  return scalar === 'string' ? text : trimmed;
}
