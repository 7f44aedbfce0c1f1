/** Reads a file of tests strictly: every problem with file, line, column and cure, as rules are read. */
import type { AttributeTypes } from '../attributes/type.js';
import { didYouMean } from '../did-you-mean.js';
import type { RuleProblem } from '../problem.js';
import { NAME } from '../vocabulary.js';
import { type Field, Source, type YamlNode } from '../yaml/source.js';
import { readStrict } from '../yaml/strict.js';
import { readGivenContact } from './read-contact.js';
import { readExpected } from './read-expected.js';
import { readSteps } from './read-steps.js';
import type { RuleTest } from './test-file.js';

/** Noon, UTC: where a test names no time of its own. */
export const USUAL_NOW = Date.UTC(2026, 4, 4, 12);

/** What tests may name. */
export interface TestVocabulary {
  readonly rules: readonly string[];
  readonly attributes: AttributeTypes;
}

export const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})$/;
export const TEST_KEYS = ['name', 'now', 'with', 'given', 'when', 'then'];

export function readTests(
  file: string,
  text: string,
  vocabulary: TestVocabulary,
): { tests: readonly RuleTest[]; problems: readonly RuleProblem[] } {
  const read = readStrict(file, text);
  if ('problems' in read) return { tests: [], problems: read.problems };
  const source = new Source(file, text, read.yaml);
  const fields = source.fields(source.root, 0, 'a file of tests', ['rule', 'tests']);
  if (!fields) return { tests: [], problems: source.problems };
  const rule = ruleOf(fields.get('rule'), source, vocabulary);
  const list = fields.get('tests');
  if (!list) source.complain(0, 'there are no tests:', 'add tests: with a list of tests');
  const items = (list && source.items(list, 'tests:')) ?? [];
  const tests = items.flatMap((item) => testOf(item, list!, rule ?? '', source, vocabulary) ?? []);
  const seen = new Set<string>();
  for (const { name, line } of tests) {
    if (seen.has(name))
      source.problems.push({ file, line, column: 1, problem: `two tests are called ${name}`, cure: 'rename one' });
    seen.add(name);
  }
  return source.problems.length === 0 ? { tests, problems: [] } : { tests: [], problems: source.problems };
}

function ruleOf(field: Field | undefined, source: Source, { rules }: TestVocabulary): string | null {
  if (!field) return source.complain(0, 'the file does not say which rule it tests', 'add rule: NAME');
  return knownRule(field, source, rules);
}

function knownRule(field: Field, source: Source, rules: readonly string[]): string | null {
  const name = source.name(field, 'the name of a rule', NAME, 'write the name of a rule: hot-lead');
  if (name === null || rules.includes(name)) return name;
  return source.complain(
    source.at(field.value, field.at),
    `there is no rule ${name} here`,
    didYouMean(name, rules, 'rule'),
  );
}

function testOf(
  item: YamlNode,
  list: Field,
  rule: string,
  source: Source,
  vocabulary: TestVocabulary,
): RuleTest | null {
  const at = source.at(item, list.at);
  const before = source.problems.length;
  const fields = source.fields(item, at, 'a test', TEST_KEYS);
  if (!fields) return null;
  const need = (key: string, cure: string): Field | null =>
    fields.get(key) ?? source.complain(at, `the test has no ${key}:`, cure);
  const nameField = need('name', 'add name: and what the rule should do here');
  const name = nameField && source.string(nameField, 'the name', 'write what the rule should do here');
  const nowField = fields.get('now');
  const now = nowField ? timeOf(nowField, source) : USUAL_NOW;
  const withField = fields.get('with');
  const others = withField ? withOf(withField, source, vocabulary.rules) : [];
  const givenField = fields.get('given');
  const given = givenField
    ? source.fields(givenField.value, givenField.at, 'given:', ['contact', 'history'])
    : new Map<string, Field>();
  const contact = readGivenContact(given?.get('contact'), source, vocabulary.attributes);
  const historyField = given?.get('history');
  const history = historyField ? readSteps(historyField, 'history', source, vocabulary.attributes) : [];
  const whenField = need('when', 'add when: with a list of what happens');
  const when = whenField && readSteps(whenField, 'when', source, vocabulary.attributes);
  const thenField = need('then', 'add then: with what is expected');
  const then = thenField && readExpected(thenField, source, vocabulary.attributes);
  if (name === null || now === null || contact === null || history === null || when === null || then === null)
    return null;
  if (source.problems.length > before) return null;
  const { line } = source.place(at);
  return { name, file: source.file, line, rule, with: others, now, contact, history, when, then };
}

function withOf(field: Field, source: Source, rules: readonly string[]): readonly string[] {
  const items = source.items(field, 'with:') ?? [];
  return items.flatMap(
    (value) => knownRule({ name: 'with', at: source.at(value, field.at), value }, source, rules) ?? [],
  );
}

function timeOf(field: Field, source: Source): number | null {
  const cure = 'write a time with its offset: 2026-05-04T12:00:00Z';
  const text = source.string(field, 'now', cure);
  if (text === null) return null;
  const time = TIME.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? source.complain(source.at(field.value, field.at), `now cannot be ${text}`, cure) : time;
}
