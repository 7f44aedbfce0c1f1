/**
 * Types of attributes, as text that versions of rules carry: `int`, `enum["free","pro"]`, `list<date>`, `list` (of text). One that has
 * other names says under which its value is stored, the first one being where it is written: `string in plan,plan_name`.
 */

export const SCALARS = ['string', 'int', 'decimal', 'bool', 'date', 'datetime', 'enum'] as const;
/** `double` is read for older files; new ones write `decimal`. */
export type Scalar = (typeof SCALARS)[number] | 'double';

export type AttributeType =
  | Exclude<Scalar, 'enum'>
  | 'list'
  | `enum[${string}]`
  | `list<${string}>`
  | `${string} in ${string}`;
export type AttributeTypes = { readonly [name: string]: AttributeType };

export interface TypeParts {
  readonly scalar: Scalar;
  readonly list: boolean;
  /** Of an enum. */
  readonly values: readonly string[];
  /** Names it is stored under, that of today first; empty: its own. */
  readonly storedAs: readonly string[];
}

const TEXT = /^(?:list<)?(string|int|decimal|double|bool|date|datetime|enum(\[.*\]))>?$/s;
const read = new Map<string, TypeParts | null>();
const MOST_READ = 10_000;

/** What the text says; null when it is no type. */
export function partsOf(text: string): TypeParts | null {
  const known = read.get(text);
  if (known !== undefined) return known;
  const parts = parse(text);
  if (read.size >= MOST_READ) read.clear();
  read.set(text, parts);
  return parts;
}

function parse(text: string): TypeParts | null {
  const [, own = text, names] = /^(.+) in ([A-Za-z0-9_,]+)$/s.exec(text) ?? [];
  const storedAs = names === undefined ? [] : names.split(',');
  if (own === 'list') return { scalar: 'string', list: true, values: [], storedAs };
  const list = own.startsWith('list<');
  const match = TEXT.exec(own);
  if (!match || list !== own.endsWith('>')) return null;
  const values = match[2] === undefined ? [] : valuesOf(match[2]);
  if (values === null) return null;
  return { scalar: match[2] === undefined ? (match[1] as Scalar) : 'enum', list, values, storedAs };
}

function valuesOf(text: string): readonly string[] | null {
  try {
    const values: unknown = JSON.parse(text);
    return Array.isArray(values) && values.every((one) => typeof one === 'string') ? values : null;
  } catch {
    return null;
  }
}

/** The text of a type. */
export function textOf({ scalar, list, values, storedAs }: TypeParts): AttributeType {
  const one = scalar === 'enum' ? `enum${JSON.stringify(values)}` : scalar;
  const whole = !list ? one : scalar === 'string' ? 'list' : `list<${one}>`;
  return (storedAs.length === 0 ? whole : `${whole} in ${storedAs.join(',')}`) as AttributeType;
}

export function isAttributeType(text: string): text is AttributeType {
  return partsOf(text) !== null;
}

/** Of a type that was checked before. Throws on other text. */
export function partsOfType(type: AttributeType): TypeParts {
  const parts = partsOf(type);
  if (parts === null) throw new Error(`${type} is no type of an attribute`);
  return parts;
}

const CEL: { readonly [scalar in Scalar]: string } = {
  string: 'string',
  int: 'int',
  decimal: 'double',
  double: 'double',
  bool: 'bool',
  date: 'string',
  datetime: 'string',
  enum: 'string',
};

/** The type that conditions see: dates and times are text that compares as time does, decimals are doubles there and only there. */
export function celTypeOf(type: AttributeType): string {
  const { scalar, list } = partsOfType(type);
  return list ? `list<${CEL[scalar]}>` : CEL[scalar];
}

/** In words: `a whole number`, `a list of dates`. */
export function inWords({ scalar, list, values }: TypeParts): string {
  const [one, many] = WORDS[scalar];
  const which = scalar === 'enum' ? `: ${values.slice(0, 20).join(', ')}${values.length > 20 ? ', …' : ''}` : '';
  return (list ? `a list of ${many}` : one) + which;
}

const WORDS: { readonly [scalar in Scalar]: readonly [one: string, many: string] } = {
  string: ['text', 'texts'],
  int: ['a whole number', 'whole numbers'],
  decimal: ['a decimal number', 'decimal numbers'],
  double: ['a number', 'numbers'],
  bool: ['true or false', 'true or false'],
  date: ['a date', 'dates'],
  datetime: ['a time', 'times'],
  enum: ['one of its values', 'its values'],
};
