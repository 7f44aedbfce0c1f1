import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { ACTIONS } from '../actions/table.js';
import { ACTION_SCHEMAS } from './action-schemas.js';
import { ruleSchema } from './rule-schema.js';

const validate = new Ajv({ allErrors: true, strict: false }).compile(ruleSchema());
const good = (yaml: string): boolean => validate(parse(yaml)) === true;
const RULE = 'rule: hot\non: clicked\nthen:\n  - add_score: 10\n';
const shipped = ['library/rules', 'library/demo/rules'].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'))
    .map((name) => `${folder}/${name}`),
);

describe('the JSON Schema of a rule', () => {
  it.each(shipped)('takes %s', (path) => {
    validate(parse(readFileSync(path, 'utf8')));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('says of every action what it takes', () => {
    expect(ACTIONS.map(({ kind }) => kind).filter((kind) => !(kind in ACTION_SCHEMAS))).toEqual([]);
  });

  it('is the one in docs/schema, which editors read', () => {
    if (process.env['UPDATE_GOLDEN'])
      writeFileSync('docs/schema/rule.schema.json', `${JSON.stringify(ruleSchema(), null, 2)}\n`);
    expect(JSON.parse(readFileSync('docs/schema/rule.schema.json', 'utf8'))).toEqual(ruleSchema());
  });

  it.each([
    ['on: clicked', 'on: clickd'],
    ['on: clicked', 'on: { score_reaches: 50, of: opened }'],
    ['on: clicked', 'on: score_reaches'],
    ['on: clicked\n', ''],
    ['rule: hot', 'rule: "not a name"'],
    ['rule: hot\n', 'rule: hot\nwhen: x\n'],
    ['rule: hot\n', 'rule: hot\npriority: high\n'],
    ['rule: hot\n', 'rule: hot\nlimits: { per_contact: once }\n'],
    ['add_score: 10', 'add_scor: 10'],
    ['add_score: 10', 'add_score: ten'],
    ['add_score: 10', 'add_score: 10\n    add_tag: x'],
    ['add_score: 10', 'notify: { to: owner }'],
    ['add_score: 10', 'notify: { to: owner, template: a, title: b }'],
    ['add_score: 10', 'call_webhook: { url: "http://example.com" }'],
    ['add_score: 10', 'suppress: everything'],
    ['  - add_score: 10\n', '  []\n'],
  ])('does not take %j written as %j', (was, is) => {
    expect(good(RULE)).toBe(true);
    expect(good(RULE.replace(was, is))).toBe(false);
  });
});
