/**
 * Rule sets for properties: picked from rules that between them use every trigger kind, condition, history function, action, limit and
 * reason to hold. `last-touch-*` and `doubles` do not commute: with another order of inputs they leave another contact.
 */
import * as fc from 'fast-check';
import type { AttributeTypes } from '#domain/rules/attributes/type.js';
import { compileRules, type RuleSource } from '#domain/rules/compile.js';
import type { RulesInForce } from '#domain/rules/in-force.js';
import { definitionOf } from '#domain/rules/segments/segment.js';

export const ATTRIBUTES: AttributeTypes = { last_touch: 'string', seats: 'int' };
export const TEMPLATES = { hot: 'Hot: {{ contact.email }}\n\nScore {{ contact.score }}, {{ event.url }}.' };

const RULES: { readonly [name: string]: readonly string[] } = {
  'last-touch-open': ['on: opened\nthen:\n  - set: { last_touch: open }\n  - remove_tag: hot\n'],
  'last-touch-click': ['on: clicked\nthen:\n  - set: { last_touch: click }\n'],
  doubles: [
    'on: clicked\nif: contact.score > 0 && contact.score < 1000\nthen:\n  - add_score: 7\n  - set_stage: warm\n',
    'on: clicked\nif: contact.attributes.last_touch == "open"\nthen:\n  - add_score: 3\n  - remove_tag: hot\n',
  ],
  'hot-lead': [
    'on: clicked\nwhere: event.actor != "machine" && event.url.contains("/pricing")\nif: count("clicked", "7d", e, e.url.contains("/pricing")) >= 2\nthen:\n  - add_tag: hot\n  - enroll: nurture\n  - notify: { to: owner, template: hot }\nlimits: { per_contact: 1 in 2d }\n',
    'on: clicked\nwhere: event.actor == "human"\nif: count("clicked", "1h") >= 2 && !contact.suppressed\nthen:\n  - add_score: 10\n  - notify: { to: "team:sales", template: hot }\nlimits: { per_contact: 2 in 1h }\n',
  ],
  'first-open': ['on: opened\npriority: 5\nstop: true\nif: count("opened", "30d") == 1\nthen:\n  - add_score: 1\n'],
  're-engaged': [
    'on: opened\nif: never("clicked", "60d") && days_since("delivered") < 10\nthen:\n  - add_tag: re-engaged\n',
  ],
  soft: ['on: soft_bounce\nif: count("soft_bounce", "14d") >= 3\nthen:\n  - suppress: all\n'],
  forgive: ['on: delivered\nif: contact.suppressed && !in_sequence("nurture")\nthen:\n  - lift: all\n'],
  shout: [
    'on: clicked\npriority: -1\ngroup: shouts\nwhere: event.actor == "human"\nthen:\n  - notify: { to: owner, title: Shout }\nlimits: { per_group: 1 in 1h }\n',
  ],
  'shout-too': [
    'on: clicked\npriority: -2\ngroup: shouts\nthen:\n  - notify: { to: owner, title: Shout too }\nlimits: { per_group: 2 in 2d }\n',
  ],
  alarm: [
    'on: complaint\nthen:\n  - { id: tell, notify: { to: owner, title: Complaint } }\n  - clear: last_touch\nlimits: { per_contact: 1 in 2d }\n',
  ],
  errs: ['on: opened\nif: event.metadata["none"] == "x"\nthen:\n  - add_score: 100\n'],
  // Changes that trigger rules; the two of `swing` follow from each other until they are cut.
  'became-hot': ['on: { tag_added: hot }\nthen:\n  - add_score: 5\n  - notify: { to: owner, title: Hot }\n'],
  touched: [
    'on: { attribute_changed: last_touch }\nwhere: event.before != event.after\nif: has(event.before)\nthen:\n  - set_stage: touched\n',
  ],
  crosses: [
    'on: { score_reaches: 10 }\nthen:\n  - add_tag: warm\n',
    'on: { score_falls_below: 5 }\nthen:\n  - remove_tag: warm\n',
  ],
  'swing-up': ['on: { stage_changed: warm }\nthen:\n  - set_stage: hot\n'],
  'swing-down': ['on: { stage_changed: hot }\nthen:\n  - set_stage: warm\n'],
  owned: ['on: owner_changed\nthen:\n  - remove_tag: hot\n'],
  fades: [
    'on: clicked\nthen:\n  - add_score: { points: 9, expires_in: 3d, max: 40 }\n',
    'on: opened\nthen:\n  - add_score: { points: -6, expires_in: 50d, min: -20 }\n',
  ],
  asks: [
    'on: opened\nthen:\n  - increment: { seats: 1 }\n  - send_email: { title: Hello, scope: "list:news" }\n  - exit: nurture\n',
    'on: { attribute_changed: seats }\nthen:\n  - create_task: { to: owner, title: "{{ event.before }} to {{ event.after }}", due: 1d }\n  - write_crm: { Seats: "{{ event.after }}" }\n  - call_webhook: { url: "https://example.com/seats" }\n  - set_owner: kim@example.com\n',
  ],
  quiet: [
    'on: { silence: 2d, of: opened }\nthen:\n  - add_tag: hot\n  - notify: { to: owner, title: Silent }\n',
    'on: { silence: 1h, of: clicked }\nif: count("opened", "30d") >= 1\nthen:\n  - set: { last_touch: none }\n',
  ],
  settled: [
    'on: clicked\nsettle: 15s\nif: event.actor != "machine" && count("clicked", "1h") >= 2\nthen:\n  - add_score: 4\n  - set_stage: warm\n',
    'on: opened\nsettle: 1h\npriority: 1\nstop: true\nthen:\n  - remove_tag: hot\n',
  ],
  member: [
    'on: { segment_entered: readers }\nthen:\n  - add_tag: hot\n  - notify: { to: owner, title: Reads }\n',
    'on: segment_left\nif: \'!in_segment("readers")\'\nthen:\n  - remove_tag: hot\n  - add_score: 1\n',
    'on: clicked\nif: in_segment("readers") || in_segment("busy")\nthen:\n  - set_stage: warm\n',
  ],
  form: ['on: custom.form\nthen:\n  - enroll: nurture\n  - set: { seats: 5 }\n'],
};

/** Of history, of what rules change, and of each other; by time alone they end, begin, and follow the calendar. */
const SEGMENTS: { readonly [name: string]: readonly string[] } = {
  readers: ['count("opened", "7d") >= 2 && !contact.suppressed', 'count("opened", "1h") >= 1'],
  busy: ['contact.score >= 10 || "hot" in contact.tags', 'in_segment("readers") && contact.stage == "warm"'],
  lapsed: ['never("clicked", "2d") && hour_in("UTC") >= 13'],
};

const DEFINITIONS: { readonly [definition: string]: readonly string[] } = {
  ...Object.fromEntries(
    Object.entries(RULES).map(([name, texts]) => [name, texts.map((text) => `rule: ${name}\n${text}`)]),
  ),
  ...Object.fromEntries(
    Object.entries(SEGMENTS).map(([name, texts]) => [
      definitionOf(name),
      texts.map((condition) => `segment: ${name}\nif: '${condition}'\n`),
    ]),
  ),
};

/** A version for each rule and segment of a set that is in force, by name. */
export const ruleSet: fc.Arbitrary<readonly RuleSource[]> = fc
  .tuple(
    ...Object.keys(DEFINITIONS).map((name) =>
      fc.option(fc.nat({ max: (DEFINITIONS[name]?.length ?? 1) - 1 }), { freq: 3 }),
    ),
  )
  .map((versions) =>
    Object.entries(DEFINITIONS).flatMap(([rule, texts], i) => {
      const at = versions[i];
      const yaml = texts[at ?? -1];
      if (at === null || at === undefined || yaml === undefined) return [];
      return [{ rule, version: at + 1, yaml, templates: TEMPLATES, attributes: ATTRIBUTES }];
    }),
  );

const compiled = new Map<string, RulesInForce>();

/** Compiled once for each set. */
export function inForce(sources: readonly RuleSource[]): RulesInForce {
  const key = sources.map(({ rule, version }) => `${rule}@${version}`).join(' ');
  const rules = compiled.get(key) ?? compileRules(sources);
  compiled.set(key, rules);
  return rules;
}
