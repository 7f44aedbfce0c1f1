/** What a test expects held against what was decided: each difference with what was expected and what came. */
import type { ContactEvent, EffectRequested, Recorded } from '#contracts/contact-events.js';
import type { Json } from '#contracts/json.js';
import { currentSubject, suppressedScopes } from '#domain/rules/facts.js';
import { scoreAt } from '#domain/rules/score.js';
import type { ContactExpected, EffectExpected, RuleTest } from '#domain/rules/tests/test-file.js';
import type { ContactState } from '../state.js';

export interface Mismatch {
  /** `fires`, `held`, `effects`, `contact.score`. */
  readonly what: string;
  readonly expected: Json;
  readonly got: Json;
}

/** `state`: the contact after the last event. A rule that failed is always a difference. */
export function compare(
  { rule, then }: RuleTest,
  events: readonly Recorded<ContactEvent>[],
  state: ContactState,
): readonly Mismatch[] {
  const found: Mismatch[] = [];
  const same = (what: string, expected: Json | undefined, got: Json): void => {
    if (expected !== undefined && JSON.stringify(expected) !== JSON.stringify(got)) found.push({ what, expected, got });
  };
  const mine = events.filter((event) => isOf(event, rule));
  const errors = mine.flatMap((event) => (event.type === 'rule_failed' ? [event.pii.error] : []));
  if (errors.length > 0) found.push({ what: 'errors', expected: [], got: errors });
  const fired = mine.filter(({ type }) => type === 'rule_fired').length;
  if (typeof then.fires === 'boolean') same('fires', then.fires, fired > 0);
  else same('fires', then.fires, fired);
  const held = mine.flatMap((event) => (event.type === 'rule_held' ? [event.data.reason] : []));
  same('held', then.held && [...then.held].sort(), held.sort());
  if (then.effects) effects(then.effects, mine, found);
  if (then.contact) contact(then.contact, state, same);
  return found;
}

function isOf({ type, data }: ContactEvent, rule: string): boolean {
  if (type === 'rule_fired' || type === 'rule_held' || type === 'rule_failed') return data.rule === rule;
  return type === 'effect_requested' && 'rule' in data.by && data.by.rule === rule;
}

function effects(
  expected: readonly EffectExpected[],
  events: readonly Recorded<ContactEvent>[],
  found: Mismatch[],
): void {
  const got = events.filter((event): event is Recorded<EffectRequested> => event.type === 'effect_requested');
  const matches = (one: EffectExpected, { data, pii }: EffectRequested): boolean =>
    one.kind === data.kind &&
    one.to === pii.to &&
    (one.title ?? pii.title) === pii.title &&
    pii.body.includes(one.contains ?? '');
  if (expected.length === got.length && expected.every((one, index) => matches(one, got[index]!))) return;
  found.push({
    what: 'effects',
    expected: expected.map(({ kind, to, title, contains }) => ({
      ...{ [kind]: to },
      ...(title === undefined ? {} : { title }),
      ...(contains === undefined ? {} : { contains }),
    })),
    got: got.map(({ data, pii }) => ({ [data.kind]: pii.to, title: pii.title, body: pii.body })),
  });
}

function contact(
  expected: ContactExpected,
  state: ContactState,
  same: (what: string, expected: Json | undefined, got: Json) => void,
): void {
  same('contact.score', expected.score, scoreAt(state, state.recordedAt));
  same('contact.stage', expected.stage, state.stage);
  same('contact.owner', expected.owner, state.owner);
  const lacking = expected.tags?.filter((tag) => !state.tags.includes(tag)) ?? [];
  if (lacking.length > 0) same('contact.tags', expected.tags as string[], state.tags as string[]);
  const present = expected.withoutTags?.filter((tag) => state.tags.includes(tag)) ?? [];
  if (present.length > 0) same('contact.without_tags', expected.withoutTags as string[], state.tags as string[]);
  for (const [name, value] of Object.entries(expected.attributes ?? {}))
    same(`contact.attributes.${name}`, value, state.attributes[name] ?? null);
  const scopes = suppressedScopes(state, currentSubject(state));
  same('contact.suppressed', expected.suppressed && [...expected.suppressed].sort(), scopes);
  same(
    'contact.sequences',
    expected.sequences && [...expected.sequences].sort(),
    Object.keys(state.enrollments).sort(),
  );
}
