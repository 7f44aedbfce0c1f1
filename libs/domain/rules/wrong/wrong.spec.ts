/** Forty ways to write a rule wrong, and what each is told: golden, so that a review sees a message that changes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLibrary } from '../library.js';
import { printProblem } from '../problem.js';

const GOLDEN = join('libs', 'domain', 'rules', 'wrong', 'messages.txt');
const CONTEXT = [
  { path: 'attributes.yaml', text: 'plan: string\nseats: int\nrenewal: date\n' },
  { path: 'teams.yaml', text: 'owners: { kim@example.com: }\nteams: { sales: [kim@example.com] }\n' },
  { path: 'sequences/nurture.yaml', text: 'sequence: nurture\n' },
  { path: 'templates/hello.md', text: 'Hello\n\nThere.\n' },
];

const rule = (lines: string, then = '  - add_score: 1') =>
  `rule: x\n${lines}${lines.includes('on:') ? '' : 'on: clicked\n'}then:\n${then}\n`;
const asks = (condition: string, on = 'clicked') => rule(`on: ${on}\nif: '${condition}'\n`);
const does = (action: string) => rule('', `  - ${action}`);

const WRONG: readonly (readonly [name: string, text: string])[] = [
  ['an empty file', ''],
  ['only a comment', '# to be written\n'],
  ['a list in place of a map', '- rule: x\n- on: clicked\n'],
  ['a tab as indentation', 'rule: x\non: clicked\nthen:\n\t- add_score: 1\n'],
  ['a bracket that is not closed', 'rule: x\non: { tag_added: vip\nthen:\n  - add_score: 1\n'],
  ['a quote that is not closed', 'rule: x\non: clicked\nwhere: "event.url\nthen:\n  - add_score: 1\n'],
  ['a colon in plain text', 'rule: x\ndescription: note: this is one\non: clicked\nthen:\n  - add_score: 1\n'],
  ['a guard that is a tag', 'rule: x\non: clicked\nif: !contact.suppressed\nthen:\n  - add_score: 1\n'],
  ['an anchor and an alias', 'rule: &n x\non: clicked\ngroup: *n\nthen:\n  - add_score: 1\n'],
  ['a key twice', 'rule: x\non: clicked\non: opened\nthen:\n  - add_score: 1\n'],
  ['a merge key', 'rule: x\non: clicked\nlimits: { <<: { per_contact: 1 in 1d } }\nthen:\n  - add_score: 1\n'],
  ['a number as its name', 'rule: 7\non: clicked\nthen:\n  - add_score: 1\n'],
  ['a space in its name', 'rule: hot lead\non: clicked\nthen:\n  - add_score: 1\n'],
  ['no trigger', 'rule: x\nthen:\n  - add_score: 1\n'],
  ['no action', 'rule: x\non: clicked\n'],
  ['an empty list of actions', 'rule: x\non: clicked\nthen: []\n'],
  ['a slip in a key', rule('prioritty: 5\n')],
  ['a slip in a trigger', rule('on: clickd\n')],
  ['two triggers', rule('on: { tag_added: vip, tag_removed: vip }\n')],
  ['a trigger without what it needs', rule('on: score_reaches\n')],
  ['a score line that is text', rule('on: { score_reaches: fifty }\n')],
  ['a change of what is not declared', rule('on: { attribute_changed: plann }\n')],
  ['a silence that is too long', rule('on: { silence: 500d, of: opened }\n')],
  ['a silence of nothing', rule('on: { silence: 60d }\n')],
  ['a date that is no date', rule('on: { date: plan }\n')],
  ['a time of day that is none', rule('on: { date: renewal, at: "25:00" }\n')],
  ['a zone that is none', rule('on: { date: renewal, zone: Europe/Berln }\n')],
  ['a condition that assigns', asks('contact.score = 50')],
  ['a condition that is a number', asks('contact.score + 1')],
  ['a field that is not there', asks('contact.scor >= 50')],
  ['an attribute that is not declared', asks('contact.attributes.sets > 1')],
  ['text compared with a number', asks('contact.stage == 3')],
  ['a number compared with text', asks('contact.score >= "50"')],
  ['a contact in where', rule('where: contact.score > 1\n')],
  ['history in where', rule('where: count("clicked", "7d") > 1\n')],
  ['an engagement that is not there', asks('count("clickd", "7d") > 1')],
  ['a window that is too long', asks('count("clicked", "500d") > 1')],
  ['a window in seconds', asks('count("clicked", "90s") > 1')],
  ['a window that is a number', asks('count("clicked", 7) > 1')],
  ['a window of none', asks('count("clicked", "0d") > 1')],
  ['a filter that reads the contact', asks('count("clicked", "7d", e, contact.score > 1) > 1')],
  ['a regular expression', asks('contact.email.matches("(a+)+$")')],
  [
    'macros three deep',
    asks('contact.tags.exists(a, contact.tags.exists(b, contact.tags.exists(c, a == b && b == c)))'),
  ],
  ['a condition that costs too much', asks('contact.tags.exists(a, contact.tags.exists(b, a == b))')],
  ['a condition without an end', asks('contact.score > 1 &&')],
  ['a function of another language', asks('now() > 3')],
  ['the clock of the process', asks('timestamp("2026-01-01T00:00:00Z").getHours() > 3')],
  ['a sequence that is not there', asks('in_sequence("nurtur")')],
  ['an action that is not there', does('add_scor: 10')],
  ['two actions in one', does('add_score: 1\n    add_tag: vip')],
  ['an action that is text', does('add_score')],
  ['points that are text', does('add_score: ten')],
  ['points that are a fraction', does('add_score: 1.5')],
  ['too many points', does('add_score: 1000000000')],
  ['an attribute of another type', does('set: { seats: many }')],
  ['an action on what is not declared', does('set: { plann: pro }')],
  ['a template that is not there', does('notify: { to: owner, template: helo }')],
  ['a template and a text', does('notify: { to: owner, template: hello, title: Hi }')],
  ['a text with a slip', does('notify: { to: owner, title: "Hi {{ contact.emial }}" }')],
  ['a team that is not there', does('notify: { to: "team:sale", title: Hi }')],
  ['nobody to tell', does('notify: { title: Hi }')],
  ['an owner who is none', does('set_owner: kimi@example.com')],
  ['an enrolment in what is not there', does('enroll: nuture')],
  ['a scope that is none', does('suppress: everything')],
  ['a webhook without TLS', does('call_webhook: { url: "http://example.com" }')],
  ['the same action twice', does('add_tag: a\n  - add_tag: a')],
  ['the same id twice', does('{ id: a, add_tag: a }\n  - { id: a, add_tag: b }')],
  ['a limit in words', rule('limits: { per_contact: once a month }\n', '  - enroll: nurture')],
  ['a limit over too long', rule('limits: { per_contact: 1 in 2y }\n', '  - enroll: nurture')],
  ['a limit of none', rule('limits: { per_contact: 0 in 1d }\n', '  - enroll: nurture')],
  ['a limit with nothing to limit', rule('limits: { per_contact: 1 in 1d }\n')],
  ['a limit of a group without one', rule('limits: { per_group: 1 in 1d }\n', '  - enroll: nurture')],
  ['a priority that is text', rule('priority: high\n')],
  ['a settling that is too long', rule('settle: 2d\n')],
  ['a change that settles', rule('on: { tag_added: vip }\nsettle: 10s\n')],
  ['a stop that is text', rule('stop: yes\n')],
  ['a soft bounce that suppresses', rule('on: soft_bounce\n', '  - suppress: all')],
];

const told = WRONG.map(([name, text]) => {
  const { problems } = readLibrary([...CONTEXT, { path: 'rules/x.yaml', text }]);
  return { name, text, problems };
});

describe('a wrong rule', () => {
  it.each(told)('that has $name is refused, at its place and with a cure', ({ text, problems }) => {
    expect(problems.length).toBeGreaterThan(0);
    for (const { file, line, column, problem, cure } of problems) {
      expect(file).toBe('rules/x.yaml');
      expect(line).toBeLessThanOrEqual(text.split('\n').length);
      expect(column).toBeGreaterThan(0);
      expect(problem).not.toBe('');
      expect(cure).not.toBe('');
    }
  });

  it('is told what it was told before', () => {
    const written = told
      .map(
        ({ name, text, problems }) =>
          `# ${name}\n${text.length > 600 ? `${text.slice(0, 200)} …\n` : text}${problems.map((one) => `→ ${printProblem(one)}\n`).join('')}`,
      )
      .join('\n');
    if (process.env['UPDATE_GOLDEN']) writeFileSync(GOLDEN, written);
    expect(readFileSync(GOLDEN, 'utf8')).toBe(written);
  });
});
