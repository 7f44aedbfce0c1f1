import fc from 'fast-check';
import { deriveId } from '#contracts/ids.js';
import type { Placed, TimerDueInput } from '#contracts/inputs.js';
import { compileRules } from '#domain/rules/compile.js';
import type { RulesInForce } from '#domain/rules/in-force.js';
import { judged } from '#domain/rules/segments/next-change.js';
import { type Given, given, type Then } from '#testing/given.js';
import { contactOf, DAY, engagement, HOUR, NOON, placed, suppression, upsert } from '#testing/inputs.js';

interface Defined {
  readonly rules?: readonly string[];
  readonly segments?: Readonly<Record<string, string>>;
  readonly version?: number;
}

function published({ rules = [], segments = {}, version = 1 }: Defined): RulesInForce {
  const files = Object.entries(segments).map(([name, condition]) => ({
    rule: `segment:${name}`,
    yaml: `segment: ${name}\nif: '${condition}'\n`,
  }));
  const written = rules.map((yaml, nth) => ({ rule: `rule-${nth}`, yaml }));
  return compileRules([...written, ...files].map((one) => ({ ...one, version, templates: {} })));
}

const ENGAGED = { engaged: 'count("opened", "7d") >= 2' };
const WELCOME = 'rule: welcome\non: { segment_entered: engaged }\nthen:\n  - add_tag: welcome\n';
const FAREWELL = 'rule: farewell\non: { segment_left: engaged }\nthen:\n  - add_tag: farewell\n';

const opened = (at: number) => engagement('opened', { at, nth: at });

function due(purpose: string, dueAt: number, at = dueAt): Placed<TimerDueInput> {
  const input: TimerDueInput = { type: 'timer_due', v: 1, data: { purpose, dueAt }, pii: null };
  return { ...placed(input, { recordedAt: at }), id: deriveId('timer', contactOf('ada'), purpose, dueAt) };
}

/** Fires whatever the contact waits for until `until`, each when it is due. */
function passing(world: Given, until: number, first: NonNullable<Then['timers']>): readonly Then[] {
  let waiting = [...first];
  const decided: Then[] = [];
  for (;;) {
    const next = waiting.filter(({ dueAt }) => dueAt <= until).sort((a, b) => a.dueAt - b.dueAt)[0];
    if (!next) return decided;
    const then = world.when(due(next.purpose, next.dueAt));
    decided.push(then);
    waiting = [...waiting.filter((one) => one !== next), ...(then.timers ?? [])];
  }
}

const membershipOf = ({ state }: Then): readonly string[] =>
  Object.entries(state.segments).flatMap(([name, { since }]) => (since === null ? [] : [name]));

describe('a segment', () => {
  it('is entered by the input that makes its condition true, with what it saw, and triggers', () => {
    const world = given(published({ rules: [WELCOME], segments: ENGAGED })).happened(opened(NOON));
    const then = world.when(opened(NOON + HOUR));
    expect(then.types.slice(0, 4)).toEqual(['engagement_recorded', 'segment_entered', 'rule_fired', 'tag_added']);
    const [entered] = then.of('segment_entered');
    expect(entered).toMatchObject({
      causationId: then.events[0]?.id,
      data: { segment: 'engaged', version: 1, engine: '1' },
      pii: { values: { 'count("opened", "7d")': 2 } },
    });
    expect(entered?.data).not.toHaveProperty('silent');
    expect(then.state.tags).toEqual(['welcome']);
  });

  it('is left by time alone, once, at the first moment its condition is false', () => {
    const world = given(published({ rules: [FAREWELL], segments: ENGAGED }));
    world.happened(opened(NOON));
    const then = world.when(opened(NOON + HOUR));
    const quiet = passing(world, NOON + 30 * DAY, then.timers ?? []);
    expect(quiet.flatMap((one) => one.of('segment_left'))).toHaveLength(1);
    const left = quiet.find((one) => one.of('segment_left').length > 0) as Then;
    expect(left.types).toEqual(['timer_fired', 'segment_left', 'rule_fired', 'tag_added']);
    // Hours are the grain of a window of seven days.
    expect(left.events[0]?.recordedAt).toBe(NOON + HOUR + 7 * DAY);
    expect(membershipOf(left)).toEqual([]);
  });

  it('is seen by the rules on the input that makes the contact a member', () => {
    const rule = `rule: seen\non: opened\nif: 'in_segment("engaged")'\nthen:\n  - add_tag: seen\n`;
    const world = given(published({ rules: [rule], segments: ENGAGED }));
    expect(world.when(opened(NOON)).state.tags).toEqual([]);
    expect(world.when(opened(NOON + HOUR)).state.tags).toEqual(['seen']);
  });

  it('is judged again after what rules change, and follows those it asks for', () => {
    const rule = 'rule: hot\non: opened\nthen:\n  - add_score: 50\n';
    const segments = { warm: 'contact.score >= 50', wanted: 'in_segment("warm") && !contact.suppressed' };
    const then = given(published({ rules: [rule], segments })).when(opened(NOON));
    expect(then.of('segment_entered').map(({ data }) => data.segment)).toEqual(['warm', 'wanted']);
  });

  it('is left by a suppression, which no rule decided', () => {
    const segments = { reachable: '!contact.suppressed' };
    const world = given(published({ segments })).happened(opened(NOON));
    const then = world.when(suppression('add'));
    expect(then.types).toContain('segment_left');
  });

  it('takes in silently who would have been a member before it was published', () => {
    const world = given().happened(opened(NOON), opened(NOON + HOUR));
    world.published(published({ rules: [WELCOME], segments: ENGAGED }));
    const shown = world.when(due('take_in', NOON, NOON + 2 * HOUR));
    expect(shown.types).toEqual(['segment_entered', 'timer_armed']);
    expect(shown.of('segment_entered')[0]?.data.silent).toBe(true);
    expect(shown.state.tags).toEqual([]);
    expect(world.when(opened(NOON + 3 * HOUR)).of('segment_entered')).toEqual([]);
  });

  it('takes in silently also where the next input comes first; what that changes triggers', () => {
    const world = given().happened(opened(NOON));
    world.published(published({ rules: [WELCOME], segments: ENGAGED }));
    const then = world.when(opened(NOON + HOUR));
    expect(then.of('segment_entered').map(({ data }) => data.silent ?? false)).toEqual([false]);
    expect(then.state.tags).toEqual(['welcome']);
  });

  it('that is changed judges silently under its new version; its timers go on', () => {
    const world = given(published({ segments: ENGAGED })).happened(opened(NOON), opened(NOON + HOUR));
    const changed = { engaged: 'count("opened", "7d") >= 3' };
    world.published(published({ rules: [FAREWELL], segments: changed, version: 2 }));
    const shown = world.when(due('take_in', NOON, NOON + 2 * HOUR));
    expect(shown.of('segment_left').map(({ data }) => [data.version, data.silent])).toEqual([[2, true]]);
    expect(shown.state.tags).toEqual([]);
  });

  it('has no members once it is retired', () => {
    const world = given(published({ segments: ENGAGED })).happened(opened(NOON), opened(NOON + HOUR));
    world.published(published({}));
    const then = world.when(opened(NOON + 2 * HOUR));
    expect(then.of('segment_left').map(({ data }) => data)).toMatchObject([{ silent: true, retired: true }]);
    expect(then.state.segments).toEqual({});
  });

  it('is entered silently by an import that fires no rules', () => {
    const segments = { vip: '"vip" in contact.tags' };
    const rule = 'rule: vip\non: { segment_entered: vip }\nthen:\n  - add_tag: told\n';
    const world = given(published({ rules: [rule], segments })).happened(opened(NOON));
    const write = upsert({ addTags: ['vip'] });
    const silent = { ...write, input: { ...write.input, data: { ...write.input.data, firesRules: false } } };
    const then = world.when({ ...silent, recordedAt: NOON + HOUR } as Placed);
    expect(then.of('segment_entered')[0]?.data.silent).toBe(true);
    expect(then.state.tags).toEqual(['vip']);
  });

  it('of the published ones each says of the contact what its condition says, at every moment', () => {
    const segments = {
      ...ENGAGED,
      quiet: 'never("opened", "2d")',
      lapsed: 'days_since("opened") >= 5',
      warm: 'contact.score >= 15',
      both: 'in_segment("quiet") && in_segment("warm")',
      evening: 'hour_in("Europe/Berlin") >= 18',
      weekend: 'day_of_week("Europe/Berlin") in ["sat", "sun"]',
    };
    const score = 'rule: score\non: opened\nthen:\n  - add_score: { points: 10, expires_in: 6d }\n';
    const inForce = published({ rules: [score], segments });
    const gaps = fc.array(fc.integer({ min: 1, max: 4 * 24 * 60 }), { minLength: 1, maxLength: 8 });
    const property = fc.property(gaps, (minutes) => {
      const world = given(inForce);
      let at = NOON;
      let waiting: NonNullable<Then['timers']> = [];
      const check = (then: Then, now: number): void => {
        const { state } = then;
        const said = inForce.segments.all.filter((one) => judged(one, state, now).holds).map(({ name }) => name);
        expect([...membershipOf(then)].sort()).toEqual([...said].sort());
      };
      for (const gap of minutes) {
        const then = world.when(opened(at));
        check(then, at);
        waiting = [...waiting, ...(then.timers ?? [])];
        const until = at + gap * 60_000;
        for (const fired of passing(world, until, waiting)) {
          const now = fired.events.at(-1)?.recordedAt ?? at;
          if (fired.events.length > 0) check(fired, now);
          waiting = [...waiting, ...(fired.timers ?? [])];
        }
        waiting = waiting.filter(({ dueAt }) => dueAt > until);
        at = until;
        const last = world.when(opened(at));
        check(last, at);
        waiting = [...waiting, ...(last.timers ?? [])];
        at += 1;
      }
    });
    fc.assert(property, { numRuns: 50 });
  });
});
