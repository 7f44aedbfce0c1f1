import * as fc from 'fast-check';
import { deriveId } from '#contracts/ids.js';
import { isAtWork } from '#domain/rules/teams/at-work.js';
import { WEEKDAYS } from '#domain/rules/teams/teams.js';
import { decide } from './decide.js';
import type { AllotmentEvent, Allotted } from './events.js';
import { evolve } from './evolve.js';
import type { Candidate, Cap, Question } from './question.js';
import { type AllotmentState, initial, within } from './state.js';

const RUNS = { numRuns: 1_000 };
const HOUR = 3_600_000;
const NOON = Date.parse('2026-11-23T12:00:00Z');
const NAMES = ['ada', 'bob', 'cy', 'dan'].map((name) => `${name}@example.com`);

const cap: fc.Arbitrary<Cap | null> = fc.option(
  fc.record({ count: fc.integer({ min: 1, max: 4 }), window: fc.constantFrom(HOUR, 5 * HOUR, 24 * HOUR) }),
);
const hours = fc.record({
  weekdays: fc.subarray([...WEEKDAYS], { minLength: 1 }),
  from: fc.constantFrom('00:00', '09:00', '11:30'),
  to: fc.constantFrom('12:00', '17:00', '24:00'),
});
const team = fc
  .tuple(
    fc.subarray(NAMES, { minLength: 1 }),
    fc.array(
      fc.record({
        zone: fc.constantFrom(null, 'Europe/Berlin', 'America/New_York'),
        hours: fc.option(hours),
        weight: fc.integer({ min: 1, max: 4 }),
      }),
      { minLength: NAMES.length, maxLength: NAMES.length },
    ),
  )
  .map(([names, members]) => names.map((email, nth): Candidate => ({ email, ...members[nth]! })));
const rotation = fc.option(fc.record({ candidates: team, outsideHours: fc.constantFrom('anyone', 'nobody') }));
/** What a rule asks with, as long as its version is in force. */
const rule = fc.record({ perRule: cap, perOwner: cap, rotation });

/** A question, or one of before again. `after` may go back: clocks of partitions differ. */
const steps = fc.array(
  fc.record({
    after: fc.integer({ min: -HOUR, max: 6 * HOUR }),
    owner: fc.option(fc.constantFrom(...NAMES)),
    again: fc.option(fc.nat(40), { freq: 4 }),
    /** A batch ends here: the state is stored and loaded. */
    cut: fc.boolean(),
  }),
  { minLength: 1, maxLength: 40 },
);
type Asked = Pick<Question, 'perRule' | 'perOwner' | 'rotation'>;
type Steps = typeof steps extends fc.Arbitrary<infer T> ? T : never;

interface Played {
  readonly state: AllotmentState;
  readonly events: readonly AllotmentEvent[];
  /** The state that each event was decided on. */
  readonly before: readonly AllotmentState[];
}

function play(asked: Asked, script: Steps): Played {
  let state = initial();
  let at = NOON;
  const seen = new Set<string>();
  const events: AllotmentEvent[] = [];
  const before: AllotmentState[] = [];
  script.forEach(({ after, owner, again, cut }, nth) => {
    at += after;
    const id = deriveId('question', again === null ? nth : again % (nth + 1));
    const event = decide(state, { id, owner, ...asked }, { recordedAt: at, seen });
    seen.add(id);
    if (event) {
      before.push(state);
      events.push(event);
      state = evolve(state, event);
    }
    if (cut) state = JSON.parse(JSON.stringify(state)) as AllotmentState;
  });
  return { state, events, before };
}

const granted = (events: readonly AllotmentEvent[]): readonly Allotted[] =>
  events.filter((event): event is Allotted => event.type === 'allotted');

/** The most that any window of this length holds. */
function most(grants: readonly Allotted[], window: number): number {
  const times = grants.map(({ recordedAt }) => recordedAt);
  return Math.max(0, ...times.map((end) => times.filter((at) => at <= end && at > end - window).length));
}

describe('what contacts share, over any rule, order of questions, repeats and batches', () => {
  it('is never above a cap in any window, neither for the rule nor for any owner', () => {
    fc.assert(
      fc.property(rule, steps, (asked, script) => {
        const grants = granted(play(asked, script).events);
        if (asked.perRule) expect(most(grants, asked.perRule.window)).toBeLessThanOrEqual(asked.perRule.count);
        for (const name of asked.perOwner ? NAMES : []) {
          const own = grants.filter(({ owner }) => owner === name);
          expect(most(own, asked.perOwner!.window)).toBeLessThanOrEqual(asked.perOwner!.count);
        }
      }),
      RUNS,
    );
  });

  it('is refused for what it says only', () => {
    fc.assert(
      fc.property(rule, steps, (asked, script) => {
        const { events, before } = play(asked, script);
        events.forEach((event, nth) => {
          if (event.type === 'allotted') return;
          const { grants, owners } = before[nth]!;
          const { recordedAt: now } = event;
          const { perRule, perOwner } = asked;
          const ruleIsFull = perRule !== null && within(grants, perRule.window, now) >= perRule.count;
          expect(event.reason === 'rule_cap').toBe(ruleIsFull);
          const full = ({ email }: Candidate) =>
            perOwner !== null && within(owners[email] ?? [], perOwner.window, now) >= perOwner.count;
          const candidates = asked.rotation?.candidates ?? [];
          if (event.reason === 'owner_cap' && asked.rotation) expect(candidates.every(full)).toBe(true);
          if (event.reason === 'nobody_available')
            expect(candidates.some((one) => !full(one) && isAtWork(one, now))).toBe(false);
        });
      }),
      RUNS,
    );
  });

  it('is granted once for each question, and the same on replay', () => {
    fc.assert(
      fc.property(rule, steps, (asked, script) => {
        const { state, events } = play(asked, script);
        const ids = events.map(({ questionId }) => questionId);
        expect(new Set(ids).size).toBe(ids.length);
        expect(JSON.stringify(events.reduce(evolve, initial()))).toBe(JSON.stringify(state));
        const whole = play(
          asked,
          script.map((step) => ({ ...step, cut: false })),
        );
        expect(JSON.stringify(whole)).toBe(JSON.stringify(play(asked, script)));
      }),
      RUNS,
    );
  });

  it('gives in a round nobody more than its weight, and begins the next when all who are available have had theirs', () => {
    fc.assert(
      fc.property(team, cap, steps, (candidates, perOwner, script) => {
        const asked = { perRule: null, perOwner, rotation: { candidates, outsideHours: 'nobody' } as const };
        const { events, before, state } = play(asked, script);
        for (const { round } of [...before, state])
          for (const { email, weight } of candidates) expect(round[email] ?? 0).toBeLessThanOrEqual(weight);
        events.forEach((event, nth) => {
          if (event.type !== 'allotted' || event.turn !== 'new round') return;
          const { round, owners } = before[nth]!;
          if (Object.keys(round).length === 0) return;
          const { recordedAt: now } = event;
          const available = candidates.filter(
            (one) =>
              isAtWork(one, now) &&
              !(perOwner && within(owners[one.email] ?? [], perOwner.window, now) >= perOwner.count),
          );
          for (const { email, weight } of available) expect(round[email]).toBe(weight);
        });
      }),
      RUNS,
    );
  });

  it('is shared exactly by weight in every round while all are available', () => {
    fc.assert(
      fc.property(team, fc.integer({ min: 1, max: 5 }), (members, rounds) => {
        const candidates = members.map((one) => ({ ...one, hours: null }));
        const turns = candidates.reduce((sum, { weight }) => sum + weight, 0);
        const script = Array.from({ length: turns * rounds }, () => ({
          after: 1,
          owner: null,
          again: null,
          cut: true,
        }));
        const asked = { perRule: null, perOwner: null, rotation: { candidates, outsideHours: 'nobody' } as const };
        const grants = granted(play(asked, script).events);
        for (let nth = 0; nth < rounds; nth += 1) {
          const round = grants.slice(nth * turns, (nth + 1) * turns);
          for (const { email, weight } of candidates)
            expect(round.filter(({ owner }) => owner === email)).toHaveLength(weight);
        }
      }),
      RUNS,
    );
  });

  it('is put through every answer', () => {
    const met = new Set<string>();
    for (const [asked, script] of fc.sample(fc.tuple(rule, steps), { numRuns: 300, seed: 7 }))
      for (const event of play(asked, script).events)
        met.add(event.type === 'allotted' ? String(event.turn) : event.reason);
    const answers = ['new round', 'same round', 'null', 'rule_cap', 'owner_cap', 'nobody_available'];
    expect([...met].sort()).toEqual(answers.sort());
  });
});
