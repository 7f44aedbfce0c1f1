/** docs/rules.md says what the language is: its examples are read, and it leaves out nothing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENGAGEMENT_TYPES } from '#contracts/engagement.js';
import { ACTIONS } from './actions/table.js';
import { LIMITS, MAX_CHARACTERS } from './condition/allowed.js';
import { compileCondition } from './condition/condition.js';
import { CONTACT_FIELDS } from './condition/contact-view.js';
import { MAX_COST } from './condition/cost.js';
import { EVENT_FIELDS } from './condition/event-view.js';
import { HISTORY_FUNCTIONS } from './history/table.js';
import { parseRule, RULE_KEYS } from './parse-rule.js';
import { parseSegment } from './segments/parse-segment.js';
import { TRIGGERS } from './triggers/table.js';
import type { Vocabulary } from './vocabulary.js';

const text = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'rules.md'), 'utf8');

const vocabulary: Vocabulary = {
  attributes: { plan: 'string', seats: 'int', times_cooled: 'int', renewal: 'date' },
  templates: { 'hot-lead': 'Hot\n\nbody', hello: 'Hello\n\nbody' },
  sequences: ['pricing-nurture'],
  owners: ['kim@example.com'],
  teams: ['sales'],
};

const fenced = (language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, body]) => body as string);

/** Code in the running text that has this form. */
const quoted = (pattern: RegExp): readonly string[] =>
  [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code as string).filter((code) => pattern.test(code));

function problemsOf(yaml: string): readonly string[] {
  const parsed = parseRule('docs/rules.md', yaml, vocabulary);
  return 'problems' in parsed ? parsed.problems.map(({ problem, cure }) => `${problem}: ${cure}`) : [];
}

describe('the reference of the language', () => {
  it.each(fenced('yaml'))('has rules that are read: %s', (yaml) => {
    expect(problemsOf(yaml)).toEqual([]);
  });

  it.each(fenced('yml'))('has segments that are read: %s', (yaml) => {
    expect(parseSegment('docs/rules.md', yaml, vocabulary)).toHaveProperty('segment');
  });

  it.each(fenced('cel').flatMap((block) => block.trim().split('\n')))('has conditions that are checked: %s', (one) => {
    expect(compileCondition(one, { in: 'if', attributes: vocabulary.attributes })).not.toHaveProperty('problem');
  });

  it.each(quoted(/^on: /))('has triggers that are read: %s', (on) => {
    expect(problemsOf(`rule: x\n${on.replace('plan', 'seats')}\nthen:\n  - add_score: 1\n`)).toEqual([]);
  });

  const kinds = ACTIONS.map(({ kind }) => kind).join('|');
  it.each(quoted(new RegExp(`^(?:${kinds}): `)))('has actions that are read: %s', (action) => {
    expect(problemsOf(`rule: x\non: clicked\nthen:\n  - ${action}\n`)).toEqual([]);
  });

  it('names every key, trigger, action, field and function', () => {
    const named = [
      ...[RULE_KEYS, ENGAGEMENT_TYPES, TRIGGERS.map(({ kind }) => kind), ACTIONS.map(({ kind }) => kind)],
      ...[Object.keys(EVENT_FIELDS), Object.keys(CONTACT_FIELDS), HISTORY_FUNCTIONS.map(({ name }) => name)],
    ].flat();
    const missing = named.filter((name) => !new RegExp(`\`[^\`\\n]*\\b${name}\\b[^\`\\n]*\``).test(text));
    expect(missing).toEqual([]);
  });

  it('tells the bounds that are in force', () => {
    const grouped = (n: number): string => n.toLocaleString('en-US');
    for (const bound of [MAX_CHARACTERS, LIMITS.maxAstNodes, MAX_COST]) expect(text).toContain(grouped(bound));
  });
});
