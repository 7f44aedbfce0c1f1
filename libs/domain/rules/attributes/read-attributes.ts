/** Reads attributes.yaml: `NAME: TYPE`, or `NAME: { type, values, of, description, deprecated, aliases }`. */
import { isMap, isScalar, isSeq } from 'yaml';
import { didYouMean } from '../did-you-mean.js';
import type { RuleProblem } from '../problem.js';
import { type Field, Source } from '../yaml/source.js';
import { readStrict } from '../yaml/strict.js';
import { type AttributeDeclaration, MAX_DECLARED } from './declaration.js';
import { SCALARS, type Scalar } from './type.js';

/** They are fields in conditions. */
export const ATTRIBUTE_NAME = /^[a-zA-Z][a-zA-Z0-9_]{0,63}$/;
const NAME_CURE = 'use letters, digits and underscores, a letter first';
const TYPES = [...SCALARS, 'list'];
const KEYS = ['type', 'of', 'values', 'description', 'deprecated', 'aliases'];
export const MAX_VALUES = 200;
export const MAX_ALIASES = 10;

/** By name; with any problem what was good is given all the same. */
export function readAttributes(
  path: string,
  text: string,
): { declarations: readonly AttributeDeclaration[]; problems: readonly RuleProblem[] } {
  const read = readStrict(path, text);
  if ('problems' in read) return { declarations: [], problems: read.problems };
  const source = new Source(path, text, read.yaml);
  const fields = [...(source.fields(source.root, 0, path, null)?.values() ?? [])];
  const declarations = fields.flatMap((field) => declarationOf(field, source) ?? []);
  if (fields.length > MAX_DECLARED)
    source.complain(0, `${fields.length} attributes`, `declare at most ${MAX_DECLARED}`);
  const owners = new Map(declarations.map(({ name }) => [name, name]));
  for (const { name, aliases } of declarations) {
    for (const alias of aliases) {
      const at = fields.find((field) => field.name === name)?.at ?? 0;
      const owner = owners.get(alias);
      if (owner !== undefined) source.complain(at, `${alias} is a name of ${owner} already`, 'take it out of aliases');
      owners.set(alias, name);
    }
  }
  return { declarations: declarations.sort((a, b) => (a.name < b.name ? -1 : 1)), problems: source.problems };
}

function declarationOf(field: Field, source: Source): AttributeDeclaration | null {
  const { name, at, value } = field;
  if (!ATTRIBUTE_NAME.test(name)) return source.complain(at, `an attribute cannot be called ${name}`, NAME_CURE);
  const bare = { name, description: '', deprecated: null, aliases: [] };
  if (!isMap(value)) {
    const type = typeOf(field, source, null, []);
    return type && { ...bare, type };
  }
  const fields = source.fields(value, at, name, KEYS);
  if (!fields) return null;
  const typeField = fields.get('type');
  if (!typeField) return source.complain(at, `${name} has no type:`, `write type: ${SCALARS.join(', ')} or list`);
  const of = fields.get('of') ?? null;
  const values = textsOf(fields.get('values'), 'values:', MAX_VALUES, source);
  const aliases = textsOf(fields.get('aliases'), 'aliases:', MAX_ALIASES, source);
  const description = optional(fields.get('description'), 'description', source);
  const deprecated = optional(fields.get('deprecated'), 'deprecated', source);
  if (!values || !aliases || description === undefined || deprecated === undefined) return null;
  const type = typeOf(typeField, source, of, values);
  if (!type) return null;
  const wrong = aliases.find((alias) => !ATTRIBUTE_NAME.test(alias));
  if (wrong !== undefined) return source.complain(at, `an attribute cannot be called ${wrong}`, NAME_CURE);
  return { name, type, aliases, description: description ?? '', deprecated };
}

function typeOf(
  field: Field,
  source: Source,
  of: Field | null,
  values: readonly string[],
): AttributeDeclaration['type'] | null {
  const complain = (where: Field, problem: string, cure: string) =>
    source.complain(source.at(where.value, where.at), problem, cure);
  const wordOf = (where: Field) => (isScalar(where.value) ? String(where.value.value) : '');
  const word = wordOf(field);
  const list = word === 'list';
  if (of && !list) return complain(of, 'of: is for lists', 'write type: list, or remove of:');
  const item = list ? (of ? wordOf(of) : 'string') : word;
  if (item !== 'double' && !(SCALARS as readonly string[]).includes(item))
    return complain(list && of ? of : field, `there is no type ${item}`, didYouMean(item, TYPES, 'type'));
  if (item === 'enum' && values.length === 0)
    return complain(field, 'an enum without values', 'write { type: enum, values: [one, other] }');
  if (item !== 'enum' && values.length > 0) return complain(field, 'values: is for enums', 'write type: enum');
  return { scalar: item as Scalar, list, values };
}

/** A list of texts, each once; empty without the field, null after a complaint. */
function textsOf(field: Field | undefined, what: string, most: number, source: Source): readonly string[] | null {
  if (!field) return [];
  const at = source.at(field.value, field.at);
  const items = isSeq(field.value) ? field.value.items.map((one) => (isScalar(one) ? one.value : null)) : null;
  if (!items?.every((one): one is string => typeof one === 'string' && one !== ''))
    return source.complain(at, `${what} is no list of texts`, `write ${what} [one, other], numbers in quotes`);
  if (new Set(items).size < items.length) return source.complain(at, `${what} names one twice`, 'remove one of them');
  if (items.length > most) return source.complain(at, `${items.length} in ${what}`, `write at most ${most}`);
  return items;
}

/** Null without the field, undefined after a complaint. */
function optional(field: Field | undefined, what: string, source: Source): string | null | undefined {
  if (!field) return null;
  return source.string(field, what, `write a text, or remove ${what}:`) ?? undefined;
}
