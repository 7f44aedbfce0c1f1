/**
 * A directory of rules, read whole: rules/*.yaml, templates/*.md, attributes.yaml. Pure: the caller hands in the files' text. Each rule
 * comes out with everything a version needs, so that a published one never depends on a file again.
 */
import { isScalar } from 'yaml';
import { deriveId } from '#contracts/ids.js';
import { didYouMean } from './did-you-mean.js';
import { parseRule } from './parse-rule.js';
import type { RuleProblem } from './problem.js';
import type { Rule } from './rule.js';
import { parseTemplate } from './template/template.js';
import {
  ATTRIBUTE_NAME,
  ATTRIBUTE_TYPES,
  type AttributeType,
  type AttributeTypes,
  isAttributeType,
} from './vocabulary.js';
import { Source } from './yaml/source.js';
import { readStrict } from './yaml/strict.js';

/** Counters the rules of a library may ask for: each is part of every contact's state. */
export const MAX_COUNTERS = 200;

export interface LibraryFile {
  /** Below the directory, with forward slashes: `rules/hot-lead.yaml`. */
  readonly path: string;
  readonly text: string;
}

/** What a version of a rule is made of. */
export interface LibraryRule {
  readonly rule: string;
  readonly yaml: string;
  /** Those it needs, by name. */
  readonly templates: { readonly [name: string]: string };
  /** Those it names. */
  readonly attributes: AttributeTypes;
  /** Of all the above: equal content is the same version. */
  readonly hash: string;
}

/** Rules by name. With any problem the library is not fit to be published; rules that are good are given all the same. */
export function readLibrary(files: readonly LibraryFile[]): { rules: LibraryRule[]; problems: RuleProblem[] } {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const problems: RuleProblem[] = [];
  const attributes = attributesOf(sorted, problems);
  const templates = templatesOf(sorted, attributes, problems);
  const rules: LibraryRule[] = [];
  const fileOf = new Map<string, string>();
  const counters = new Set<string>();
  for (const { path, text } of sorted) {
    if (!isRule(path)) continue;
    const parsed = parseRule(path, text, { attributes, templates, sequences: null });
    if ('problems' in parsed) {
      problems.push(...parsed.problems.filter((one) => !problems.some((known) => samePlace(known, one))));
      continue;
    }
    const { name } = parsed.rule;
    const other = fileOf.get(name);
    if (other !== undefined) {
      const problem = `a rule called ${name} is in ${other} already`;
      problems.push({ file: path, line: 1, column: 1, problem, cure: 'give one of them another name' });
      continue;
    }
    fileOf.set(name, path);
    for (const { id } of parsed.rule.if?.counters ?? []) counters.add(id);
    rules.push(libraryRule(parsed.rule, text, templates, attributes));
  }
  if (!sorted.some(({ path }) => isRule(path))) {
    const cure = 'give the directory that holds rules/*.yaml';
    problems.push({ file: 'rules', line: 1, column: 1, problem: 'there are no rules here', cure });
  }
  if (counters.size > MAX_COUNTERS) {
    const problem = `these rules ask for ${counters.size} different counts of history`;
    const cure = `at most ${MAX_COUNTERS}: use the same type and filter where you mean the same`;
    problems.push({ file: 'rules', line: 1, column: 1, problem, cure });
  }
  return { rules: rules.sort((a, b) => (a.rule < b.rule ? -1 : 1)), problems };
}

/** In rules/ or, in a directory of rules alone, beside each other. */
function isRule(path: string): boolean {
  return /^(?:rules\/.+|[^/]+)\.ya?ml$/.test(path) && path !== 'attributes.yaml' && path !== 'teams.yaml';
}

function samePlace(a: RuleProblem, b: RuleProblem): boolean {
  return a.file === b.file && a.line === b.line && a.column === b.column;
}

function libraryRule(rule: Rule, yaml: string, all: Record<string, string>, types: AttributeTypes): LibraryRule {
  const templates = Object.fromEntries(rule.templates.map((name) => [name, all[name] as string]));
  const written = [yaml, ...Object.values(templates)].join('\n');
  const named = Object.entries(types).filter(([name]) => new RegExp(`\\b${name}\\b`).test(written));
  const attributes = Object.fromEntries(named);
  const hash = deriveId('rule', yaml, ...Object.entries(templates).flat(), '', ...named.flat());
  return { rule: rule.name, yaml, templates, attributes, hash };
}

function templatesOf(
  files: readonly LibraryFile[],
  attributes: AttributeTypes,
  problems: RuleProblem[],
): Record<string, string> {
  const templates: [string, string][] = [];
  for (const { path, text } of files) {
    const name = /^templates\/([^/]+)\.md$/.exec(path)?.[1];
    if (name === undefined) continue;
    const parsed = parseTemplate(path, text, attributes);
    if ('problems' in parsed) problems.push(...parsed.problems);
    templates.push([name, text]);
  }
  return Object.fromEntries(templates);
}

/** `attributes.yaml`: NAME: TYPE lines. */
function attributesOf(files: readonly LibraryFile[], problems: RuleProblem[]): AttributeTypes {
  const file = files.find(({ path }) => path === 'attributes.yaml');
  if (!file) return {};
  const read = readStrict(file.path, file.text);
  if ('problems' in read) {
    problems.push(...read.problems);
    return {};
  }
  const source = new Source(file.path, file.text, read.yaml);
  const types: [string, AttributeType][] = [];
  for (const { name, at, value } of source.fields(source.root, 0, 'attributes.yaml', null)?.values() ?? []) {
    const type = isScalar(value) ? String(value.value) : '';
    if (!ATTRIBUTE_NAME.test(name)) {
      source.complain(
        at,
        `an attribute cannot be called ${name}`,
        'use letters, digits and underscores, a letter first',
      );
    } else if (isAttributeType(type)) {
      types.push([name, type]);
    } else {
      source.complain(source.at(value, at), `there is no type ${type}`, didYouMean(type, ATTRIBUTE_TYPES, 'type'));
    }
  }
  problems.push(...source.problems);
  return Object.fromEntries(types);
}
