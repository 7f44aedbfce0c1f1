/**
 * A directory of rules, read whole: rules/*.yaml, templates/*.md, sequences/*.yaml, segments/*.yaml, attributes.yaml, teams.yaml. Pure: the caller hands in the files'
 * text. Each rule comes out with everything a version needs, so that a published one never depends on a file again.
 */
import { deriveId } from '#contracts/ids.js';
import { type AttributeDeclaration, typesOf } from './attributes/declaration.js';
import { readAttributes } from './attributes/read-attributes.js';
import type { AttributeTypes } from './attributes/type.js';
import { counterProblem } from './counter-cap.js';
import { parseRule } from './parse-rule.js';
import type { RuleProblem } from './problem.js';
import type { Rule } from './rule.js';
import { readSegments } from './segments/read-segments.js';
import { definitionOf, type Segment } from './segments/segment.js';
import { isSequenceFile, readSequence, type SequenceDeclaration } from './sequences/read-sequence.js';
import { readTeams } from './teams/read-teams.js';
import type { Teams } from './teams/teams.js';
import { parseTemplate } from './template/template.js';
import { isTestFile } from './tests/test-file.js';
import type { Vocabulary } from './vocabulary.js';

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

/** What a workspace knows already, beside the files. */
export interface LibraryContext {
  /** Those declared; a file's take their place. */
  readonly attributes?: readonly AttributeDeclaration[];
  /** Addresses of the owners; left out or empty: not known. */
  readonly owners?: readonly string[];
  /** Names of the teams; left out or empty: not known. */
  readonly teams?: readonly string[];
  /** Names of the sequences declared; a file's are added. */
  readonly sequences?: readonly string[];
  /** Those in force; a file's take their place. Left out: none. */
  readonly segments?: readonly Segment[];
  /** Which names are time zones; left out: any. */
  readonly isTimeZone?: (name: string) => boolean;
}

export interface Library {
  /** By name. */
  readonly rules: LibraryRule[];
  /** With any the library is not fit to be published; rules that are good are given all the same. */
  readonly problems: RuleProblem[];
  /** What attributes.yaml and teams.yaml declare; null without the file. */
  readonly attributes: readonly AttributeDeclaration[] | null;
  readonly teams: Teams | null;
  /** What sequences/*.yaml declare, by name. */
  readonly sequences: readonly SequenceDeclaration[];
  /** What segments/*.yaml define, by name; published beside the rules, as `segment:NAME`. */
  readonly segments: readonly LibraryRule[];
}

export function readLibrary(files: readonly LibraryFile[], context: LibraryContext = {}): Library {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const problems: RuleProblem[] = [];
  const declared = attributesOf(sorted, problems);
  const attributes = typesOf(overlaid(context.attributes ?? [], declared ?? []));
  const owners = teamsOf(sorted, context.isTimeZone ?? (() => true), problems);
  // The file is the whole of them: what it leaves out is gone.
  const teams = owners?.teams.map(({ name }) => name) ?? context.teams ?? [];
  const addresses = owners?.owners.map(({ email }) => email) ?? context.owners ?? [];
  const templates = templatesOf(sorted, attributes, problems);
  const declaredSequences = sequencesOf(sorted, problems);
  const sequences = [...(context.sequences ?? []), ...declaredSequences.map(({ name }) => name)];
  const vocabulary: Vocabulary = {
    ...{ attributes, templates, sequences },
    teams: teams.length === 0 ? null : teams,
    owners: addresses.length === 0 ? null : addresses,
  };
  const defined = readSegments(sorted, context.segments ?? [], vocabulary);
  problems.push(...defined.problems);
  const rules: LibraryRule[] = [];
  const fileOf = new Map<string, string>();
  const counters = new Set(defined.files.flatMap(({ segment }) => segment.if.counters.map(({ id }) => id)));
  for (const { path, text } of sorted) {
    if (!isRule(path)) continue;
    const parsed = parseRule(path, text, { ...vocabulary, segments: defined.names });
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
  const tooMany = counterProblem(counters.size);
  if (tooMany) problems.push(tooMany);
  const byName = rules.sort((a, b) => (a.rule < b.rule ? -1 : 1));
  const segments = defined.files.map(({ segment, text }) => {
    const content = { name: definitionOf(segment.name), templates: [] };
    return libraryRule(content, text, {}, attributes);
  });
  return { rules: byName, problems, attributes: declared, teams: owners, sequences: declaredSequences, segments };
}

/** In rules/ or, in a directory of rules alone, beside each other. */
function isRule(path: string): boolean {
  if (path === 'attributes.yaml' || path === 'teams.yaml' || isTestFile(path)) return false;
  return /^(?:rules\/.+|[^/]+)\.ya?ml$/.test(path);
}

function samePlace(a: RuleProblem, b: RuleProblem): boolean {
  return a.file === b.file && a.line === b.line && a.column === b.column;
}

function libraryRule(
  rule: Pick<Rule, 'name' | 'templates'>,
  yaml: string,
  all: Record<string, string>,
  types: AttributeTypes,
): LibraryRule {
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

function attributesOf(files: readonly LibraryFile[], problems: RuleProblem[]): readonly AttributeDeclaration[] | null {
  const file = files.find(({ path }) => path === 'attributes.yaml');
  if (!file) return null;
  const read = readAttributes(file.path, file.text);
  problems.push(...read.problems);
  return read.declarations;
}

function teamsOf(
  files: readonly LibraryFile[],
  isTimeZone: (name: string) => boolean,
  problems: RuleProblem[],
): Teams | null {
  const file = files.find(({ path }) => path === 'teams.yaml');
  if (!file) return null;
  const read = readTeams(file.path, file.text, isTimeZone);
  problems.push(...read.problems);
  return read.teams;
}

function sequencesOf(files: readonly LibraryFile[], problems: RuleProblem[]): readonly SequenceDeclaration[] {
  const byName = new Map<string, SequenceDeclaration>();
  for (const { path, text } of files) {
    if (!isSequenceFile(path)) continue;
    const read = readSequence(path, text);
    if ('problems' in read) {
      problems.push(...read.problems);
      continue;
    }
    const { name } = read.sequence;
    const problem = `another file declares the sequence ${name} already`;
    if (byName.has(name)) problems.push({ file: path, line: 1, column: 1, problem, cure: 'remove one of them' });
    byName.set(name, read.sequence);
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What is declared once `added` is: it takes the place of those whose name or former name it has. */
export function overlaid(
  declared: readonly AttributeDeclaration[],
  added: readonly AttributeDeclaration[],
): readonly AttributeDeclaration[] {
  const taken = new Set(added.flatMap(({ name, aliases }) => [name, ...aliases]));
  return [...declared.filter(({ name }) => !taken.has(name)), ...added];
}
