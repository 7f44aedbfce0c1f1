import * as fc from 'fast-check';
import { compileCondition } from './condition/condition.js';
import { parseRule } from './parse-rule.js';
import { parseTemplate } from './template/template.js';

const RUNS = { numRuns: 1_000 };

const GOOD = `rule: hot-lead
on: clicked
where: |-
  event.actor == "human" && event.url.contains("/pricing")
if: 'count("clicked", "7d", e, e.actor == "human") >= 2 && contact.tags.exists(t, t == "a")'
then:
  - add_score: 10
  - enroll: pricing-nurture
  - notify: { to: owner, title: "Hot: {{ contact.email }}" }
limits: { per_contact: 2 in 30d }
`;

/** GOOD with pieces cut out, doubled or put in. */
const mutated = fc
  .array(
    fc.tuple(
      fc.nat({ max: GOOD.length }),
      fc.nat({ max: 12 }),
      fc.oneof(
        fc.constantFrom(
          '',
          ' ',
          '\n',
          '\t',
          ':',
          '- ',
          '"',
          "'",
          '!x ',
          '&a ',
          '*a',
          '{',
          '}',
          '[',
          ']',
          '|',
          '# ',
          '&&',
          '(',
        ),
        fc.string({ maxLength: 8 }),
      ),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((edits) => edits.reduce((text, [at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut), GOOD));

function checked(text: string): void {
  const parsed = parseRule('x.yaml', text);
  if ('rule' in parsed) return;
  expect(parsed.problems.length).toBeGreaterThan(0);
  const lines = text.split(/\r?\n/).length;
  for (const { line, column, problem, cure } of parsed.problems) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines + 1);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(problem).not.toBe('');
    expect(cure).not.toBe('');
  }
}

describe('whatever is written', () => {
  it('a file is a rule, or its problems have a place and a cure', () => {
    fc.assert(fc.property(fc.oneof(mutated, fc.string({ unit: 'binary', maxLength: 60 })), checked), RUNS);
  });

  it('a condition is compiled, or refused with a place and a cure', () => {
    const tokens = [
      'event',
      '.url',
      '.actor',
      'contact',
      '.score',
      '==',
      '&&',
      '||',
      '!',
      '(',
      ')',
      '"a"',
      '1',
      'e',
      ',',
      '[',
      ']',
      'count',
      'has',
      '.exists',
      '?',
      ':',
      'in',
      '-',
      '+',
      '.tags',
      '"7d"',
      '"clicked"',
      't',
      '{',
      '}',
      "'",
    ];
    const text = fc.oneof(
      fc.array(fc.constantFrom(...tokens), { maxLength: 14 }).map((parts) => parts.join(' ')),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (condition) => {
        const result = compileCondition(condition, { in: 'if', attributes: {} });
        if ('condition' in result) return;
        expect(result.problem.cure).not.toBe('');
        expect(result.problem.start).toBeGreaterThanOrEqual(0);
      }),
      RUNS,
    );
  });

  it('a template is compiled, or refused with a place and a cure', () => {
    const tokens = [
      '{{',
      '}}',
      '{%',
      '%}',
      'contact.email',
      'if',
      'endif',
      '|',
      'upcase',
      'assign x =',
      '"a"',
      ' ',
      '\n',
      'event',
      '-',
      'raw',
      'case',
      'when',
      '#',
      "'",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...tokens), { maxLength: 14 }), (parts) => {
        const parsed = parseTemplate('x.md', parts.join(' '), {});
        if ('template' in parsed) return;
        for (const { line, cure } of parsed.problems) expect([line >= 1, cure !== '']).toEqual([true, true]);
      }),
      RUNS,
    );
  });
});
