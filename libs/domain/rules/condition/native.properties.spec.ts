import * as fc from 'fast-check';
import { engagement, NOON } from '#testing/inputs.js';
import type { ContactFacts } from '../facts.js';
import { counted } from '../history/buckets.js';
import type { CelNode } from './ast.js';
import { compileCondition } from './condition.js';
import { ContactView } from './contact-view.js';
import { type ConditionScope, ifEnvironment } from './environment.js';
import { ENGAGEMENT } from './event-shape.js';
import { EventView } from './event-view.js';
import { ownHas } from './has.js';
import { nativeParts } from './native.js';

const words = fc.constantFrom('', 'a', 'vip', 'human', 'https://example.com/pricing', '/pricing');
const text = fc.oneof(
  words.map((word) => JSON.stringify(word)),
  fc.constantFrom('event.actor', 'event.url', 'event.type', 'contact.stage', 'contact.owner', 'contact.email'),
);
const number = fc.oneof(
  fc.integer({ min: -3, max: 3 }).map(String),
  fc.constantFrom('contact.score', 'count("clicked", "7d")', 'days_since("opened")'),
);
const list = fc.constantFrom('contact.tags', 'contact.sequences', 'event.tags', '["vip", "a", ""]');

const { condition } = fc.letrec<{ condition: string; term: string }>((tie) => ({
  term: fc.oneof(
    fc.tuple(text, fc.constantFrom('==', '!='), text).map((parts) => parts.join(' ')),
    fc.tuple(number, fc.constantFrom('==', '!=', '<', '<=', '>', '>='), number).map((parts) => parts.join(' ')),
    fc.tuple(text, list).map(([a, b]) => `${a} in ${b}`),
    fc.tuple(text, fc.constantFrom('contains', 'startsWith', 'endsWith'), text).map(([a, f, b]) => `${a}.${f}(${b})`),
    fc
      .tuple(list, fc.constantFrom('exists', 'all'), text, fc.constantFrom('==', '!='))
      .map(([of, f, b, op]) => `${of}.${f}(t, t ${op} ${b} || t.contains(${b}))`),
    fc.constantFrom('contact.suppressed', 'event.actor_derived', 'in_sequence("nurture")', 'never("opened", "30d")'),
    // Left to the library, and some of it errs.
    fc.constantFrom(
      'event.metadata["none"] == "x"',
      'contact.tags.size() > 1',
      'has(event.url)',
      'contact.score + 1 > 2',
    ),
  ),
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('term'),
    fc
      .tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition'))
      .map(([a, op, b]) => `(${a}) ${op} (${b})`),
    tie('condition').map((one) => `!(${one})`),
  ),
}));

const NOBODY: ContactFacts = {
  ...{ email: null, addresses: {}, score: 0, stage: null, owner: null, timeZone: null, consent: {}, tags: [] },
  ...{ attributes: {}, suppressions: {}, enrollments: {}, last: {}, counters: {} },
};

const scopes = fc
  .record({
    actor: fc.constantFrom<'human' | 'machine'>('human', 'machine'),
    url: words,
    score: fc.integer({ min: -3, max: 3 }),
    tags: fc.uniqueArray(fc.constantFrom('a', 'human', 'vip'), { maxLength: 3 }),
    enrolled: fc.boolean(),
    clicks: fc.nat({ max: 3 }),
  })
  .map(
    (made) =>
      (condition: { readonly counters: readonly { readonly id: string; readonly type: string }[] }): ConditionScope => {
        const { data, pii } = engagement('clicked', {
          actor: made.actor,
          pii: { url: made.url, tags: made.tags },
        }).input;
        let buckets = counted(undefined, NOON - 500 * 86_400_000, NOON);
        for (let n = 0; n < made.clicks; n += 1) buckets = counted(buckets ?? undefined, NOON - n * 3_600_000, NOON);
        const clicked = buckets ? Object.fromEntries(condition.counters.map(({ id }) => [id, buckets])) : {};
        const facts = {
          ...NOBODY,
          ...{ score: made.score, tags: made.tags, counters: clicked },
          enrollments: made.enrolled ? { nurture: { id: 'x', at: NOON } } : {},
        };
        return {
          event: new EventView({ data, pii }),
          contact: new ContactView(facts, NOON),
          $history: { facts, now: NOON },
        };
      },
  );

/** What the library alone says. */
function byLibrary(text: string, scope: ConditionScope): boolean | 'errs' {
  const run = ifEnvironment(ENGAGEMENT, {}).parse(text);
  ownHas(run.ast as unknown as CelNode);
  run.check();
  try {
    return run(scope) === true;
  } catch {
    return 'errs';
  }
}

describe('conditions as closures', () => {
  it('hold when the library says so, and err when it does', () => {
    let whole = 0;
    fc.assert(
      fc.property(condition, scopes, (written, scopeOf) => {
        const compiled = compileCondition(written, { in: 'if', attributes: {} });
        if ('problem' in compiled) throw new Error(`${written}: ${compiled.problem.problem}`);
        const scope = scopeOf(compiled.condition);
        const expected = byLibrary(written, scope);
        let holds: boolean | 'errs';
        try {
          holds = compiled.condition.holds(scope);
        } catch {
          holds = 'errs';
        }
        expect(holds).toBe(expected);
        const run = ifEnvironment(ENGAGEMENT, {}).parse(written);
        run.check();
        if (nativeParts(run.ast as unknown as CelNode, ENGAGEMENT).whole) whole += 1;
      }),
      { numRuns: 3_000 },
    );
    expect(whole).toBeGreaterThan(500);
  });
});
