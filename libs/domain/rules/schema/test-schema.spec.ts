import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { testSchema } from './test-schema.js';

const validate = new Ajv({ allErrors: true, strict: false }).compile(testSchema());
const good = (yaml: string): boolean => validate(parse(yaml)) === true;
const TESTS = `rule: hot
tests:
  - name: tells
    given:
      contact: { score: 30, tags: [vip] }
      history:
        - { ago: 3d, clicked: { url: "https://example.com/pricing" } }
    when:
      - clicked: { actor: human }
      - wait: 2d
      - { after: 1h, contact: { stage: customer } }
      - custom.form_sent:
    then:
      fires: 1
      held: [limit]
      effects: [ { notify: owner, title: Hot } ]
      contact: { tags: [hot] }
`;
const shipped = readdirSync('library/rules')
  .filter((name) => name.endsWith('.test.yaml'))
  .map((name) => `library/rules/${name}`);

describe('the JSON Schema of a file of tests', () => {
  it.each(shipped)('takes %s', (path) => {
    validate(parse(readFileSync(path, 'utf8')));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('is the one in docs/schema, which editors read', () => {
    const path = 'docs/schema/rule-tests.schema.json';
    if (process.env['UPDATE_GOLDEN']) writeFileSync(path, `${JSON.stringify(testSchema(), null, 2)}\n`);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(testSchema());
  });

  it.each([
    ['rule: hot\n', ''],
    ['tests:', 'test:'],
    ['name: tells', 'nam: tells'],
    ['score: 30', 'score: many'],
    ['tags: [vip]', 'tags: vip'],
    ['ago: 3d', 'ago: 3 days'],
    ['{ ago: 3d, clicked', '{ clicked'],
    ['actor: human', 'actor: robot'],
    ['clicked: { actor', 'clickd: { actor'],
    ['wait: 2d', 'wait: soon'],
    ['stage: customer', 'stage: 3'],
    ['stage: customer', 'score: 3'],
    ['fires: 1', 'fires: once'],
    ['held: [limit]', 'held: [limits]'],
    ['notify: owner, title', 'notfy: owner, title'],
    ['contact: { tags: [hot] }', 'contact: { tag: hot }'],
  ])('does not take %j written as %j', (was, is) => {
    expect(good(TESTS)).toBe(true);
    expect(good(TESTS.replace(was, is))).toBe(false);
  });
});
