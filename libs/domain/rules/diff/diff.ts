/**
 * What differs between two versions of a rule, in plain words and line by line. Pure, and of the text alone: a version that this engine
 * can no longer check can still be compared.
 */
import { parse, stringify } from 'yaml';
import { type DiffLine, diffLines } from './lines.js';

/** What a version is made of, as far as it can differ. */
export interface Comparable {
  readonly yaml: string;
  /** Text by name. */
  readonly templates: { readonly [name: string]: string };
  /** Declared types by name. */
  readonly attributes: { readonly [name: string]: string };
}

export interface RuleDiff {
  /** One sentence each; empty when nothing that acts differs. */
  readonly words: readonly string[];
  /** Of the YAML. */
  readonly lines: readonly DiffLine[];
}

type Fields = { readonly [name: string]: unknown };

const NOTHING: Comparable = { yaml: '', templates: {}, attributes: {} };

/** Null: there is no such version; all of the other is new, or gone. */
export function diffRules(before: Comparable | null, after: Comparable | null): RuleDiff {
  const [a, b] = [before ?? NOTHING, after ?? NOTHING];
  const lines = diffLines(a.yaml, b.yaml);
  if (before === null) return { words: after === null ? [] : ['rule added'], lines };
  if (after === null) return { words: ['rule removed'], lines };
  const [old, now] = [fieldsOf(a.yaml), fieldsOf(b.yaml)];
  const words = [
    ...valueWords('description', old['description'], now['description']),
    ...valueWords('trigger', old['on'], now['on']),
    ...conditionWords('where', old['where'], now['where']),
    ...conditionWords('if', old['if'], now['if']),
    ...actionWords(itemsOf(old['then']), itemsOf(now['then'])),
    ...limitWords(old['limits'], now['limits']),
    ...others(old, now).flatMap((name) => valueWords(name, old[name], now[name])),
    ...namedWords('template', a.templates, b.templates, () => 'text changed'),
    ...namedWords('attribute', a.attributes, b.attributes, (was, is) => `${was} → ${is}`),
  ];
  const onlyForm = words.length === 0 && a.yaml !== b.yaml;
  return { words: onlyForm ? ['only comments or layout changed'] : words, lines };
}

const TOLD = ['rule', 'description', 'on', 'where', 'if', 'then', 'limits'];

function others(old: Fields, now: Fields): readonly string[] {
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => !TOLD.includes(name)).sort();
}

/** Published files were checked, so they parse; a draft may not. */
function fieldsOf(yaml: string): Fields {
  try {
    const parsed: unknown = parse(yaml);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Fields) : {};
  } catch {
    return {};
  }
}

function valueWords(what: string, old: unknown, now: unknown): string[] {
  if (same(old, now)) return [];
  if (old === undefined) return [`${what} added: ${written(now)}`];
  if (now === undefined) return [`${what} removed: ${written(old)}`];
  return [`${what}: ${written(old)} → ${written(now)}`];
}

/** By the parts joined with `&&`: one that only changed a number or a text is told as `score at least 50 → 60` would be. */
function conditionWords(what: 'where' | 'if', old: unknown, now: unknown): string[] {
  const [was, is] = [conjuncts(old), conjuncts(now)];
  const gone = was.filter((one) => !is.includes(one));
  const added = is.filter((one) => !was.includes(one));
  const words: string[] = [];
  for (const one of gone) {
    const at = added.findIndex((other) => skeleton(other) === skeleton(one));
    if (at === -1) words.push(`condition removed (${what}): ${one}`);
    else words.push(`condition (${what}): ${changed(one, added.splice(at, 1)[0]!)}`);
  }
  return [...words, ...added.map((one) => `condition added (${what}): ${one}`)];
}

const LITERAL = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\b\d+(?:\.\d+)?\b|==|!=|>=|<=|>|</g;

/** A condition without its literals and comparisons. */
function skeleton(condition: string): string {
  return condition.replace(LITERAL, '?');
}

/** `contact.score >= 50 → 60` where one literal differs, else both whole. */
function changed(old: string, now: string): string {
  const [was, is] = [old.match(LITERAL) ?? [], now.match(LITERAL) ?? []];
  const different = was.flatMap((literal, i) => (literal === is[i] ? [] : [i]));
  const [only] = different;
  const isLast = only !== undefined && old.endsWith(was[only] as string);
  if (different.length === 1 && isLast) return `${old} → ${is[only]}`;
  return `${old} → ${now}`;
}

/** Parts of a condition at the top, in the order of the text; brackets and quotes are respected. */
function conjuncts(condition: unknown): readonly string[] {
  if (typeof condition !== 'string') return [];
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let from = 0;
  const text = condition.trim();
  let either = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i] as string;
    if (quote !== '') {
      if (character === '\\') i += 1;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
    else if (depth === 0 && text.startsWith('&&', i)) {
      parts.push(text.slice(from, i));
      from = i + 2;
      i += 1;
    } else if (depth === 0 && (text.startsWith('||', i) || character === '?')) either = true;
  }
  parts.push(text.slice(from));
  const whole = either ? [text] : parts;
  return whole.map((part) => part.replace(/\s+/g, ' ').trim()).filter((part) => part !== '');
}

interface Item {
  readonly kind: string;
  readonly id: string | null;
  readonly args: unknown;
}

function itemsOf(then: unknown): readonly Item[] {
  if (!Array.isArray(then)) return [];
  return then.flatMap((one): Item[] => {
    if (typeof one !== 'object' || one === null) return [];
    const { id, ...rest } = one as Fields;
    const [entry] = Object.entries(rest);
    return entry ? [{ kind: entry[0], id: typeof id === 'string' ? id : null, args: entry[1] }] : [];
  });
}

function actionWords(old: readonly Item[], now: readonly Item[]): string[] {
  const gone = old.filter((one) => !now.some((other) => same(one, other)));
  const added = now.filter((one) => !old.some((other) => same(one, other)));
  const words: string[] = [];
  for (const one of gone) {
    const at = added.findIndex((other) => other.kind === one.kind && other.id === one.id);
    if (at === -1) words.push(`action removed: ${actionText(one)}`);
    else words.push(`action ${one.kind}: ${written(one.args)} → ${written(added.splice(at, 1)[0]!.args)}`);
  }
  words.push(...added.map((one) => `action added: ${actionText(one)}`));
  if (words.length === 0 && !same(old, now)) words.push('actions stand in another order');
  return words;
}

function actionText({ kind, id, args }: Item): string {
  return `${kind}: ${written(args)}${id === null ? '' : ` (id ${id})`}`;
}

function limitWords(old: unknown, now: unknown): string[] {
  const [was, is] = [old, now].map((one) => (typeof one === 'object' && one !== null ? (one as Fields) : {})) as [
    Fields,
    Fields,
  ];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
  return names.flatMap((name) => valueWords(`limit ${name}`, was[name], is[name]));
}

function namedWords(
  what: string,
  old: { readonly [name: string]: string },
  now: { readonly [name: string]: string },
  change: (was: string, is: string) => string,
): string[] {
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  return names.flatMap((name) => {
    const [was, is] = [old[name], now[name]];
    if (was === is) return [];
    if (was === undefined) return [`${what} added: ${name}`];
    if (is === undefined) return [`${what} removed: ${name}`];
    return [`${what} ${name}: ${change(was, is)}`];
  });
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function written(value: unknown): string {
  if (typeof value === 'string') return value.replace(/\s+/g, ' ').trim();
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
}
