/**
 * Runs one test of a rule with the contact's own decider, in memory: no clock, no server. The contact is laid down, its history is lived
 * under the rules in force, and what the steps of `when` decide is held against what is expected.
 */
import type { ContactEvent, EventMeta, Recorded } from '#contracts/contact-events.js';
import { deriveId, type Uuid } from '#contracts/ids.js';
import type { Placed } from '#contracts/inputs.js';
import { HOUR } from '#domain/rules/duration.js';
import type { RulesInForce } from '#domain/rules/in-force.js';
import type { ContactGiven, RuleTest, Step } from '#domain/rules/tests/test-file.js';
import { decide } from '../decide.js';
import { evolve } from '../evolve.js';
import { lacksHistory, withHistory } from '../history.js';
import { lookups } from '../lookups.js';
import { type ContactState, initial } from '../state.js';
import { type Verdict, verdictsOf } from '../trial/verdict.js';
import { compare, type Mismatch } from './compare.js';
import { CONTACT, given, inputOf, placed, WORKSPACE } from './inputs.js';

/** A timer that arms itself anew at once never ends. */
const MOST_TIMERS = 10_000;

export interface TestResult {
  readonly test: RuleTest;
  readonly passed: boolean;
  readonly mismatches: readonly Mismatch[];
  /** Of the rule under test, for each event of `when` that triggers it: what its conditions saw. */
  readonly verdicts: readonly Omit<Verdict, 'state'>[];
}

/** `rules`: in force from the first moment; among them the one under test. */
export function runTest(test: RuleTest, rules: RulesInForce): TestResult {
  const rule = rules.rules.find(({ name }) => name === test.rule);
  if (!rule) throw new Error(`rule ${test.rule} is not in force`);
  const world = new World(rules);
  const start = test.now + Math.min(0, ...test.history.map(({ at }) => at)) - HOUR;
  world.take(placed(given(test.contact), { test, nth: 0, at: start }));
  for (const event of beforehand(test.contact)) world.record(event, start);
  const live = ({ at, happening }: Step, nth: number): readonly Recorded<ContactEvent>[] => {
    const placing = { test, nth, at: test.now + at };
    const due = world.passTo(placing.at, test);
    if (happening.kind === 'nothing') return due;
    return [...due, ...world.take(placed(inputOf(happening, placing), placing))];
  };
  test.history.forEach((step, index) => void live(step, index + 1));
  world.passTo(test.now, test);
  const before = world.state;
  const events = test.when.flatMap((step, index) => live(step, test.history.length + index + 1));
  const mismatches = compare(test, events, world.state);
  const { verdicts } = verdictsOf(rule, before, events);
  const told = verdicts.map(({ state: _, ...verdict }) => verdict);
  return { test, passed: mismatches.length === 0, mismatches, verdicts: told };
}

/** What no input writes. */
function beforehand({ score, suppressed, sequences }: ContactGiven): readonly ContactEvent[] {
  const by = { command: true } as const;
  return [
    ...(score === 0 ? [] : [{ type: 'score_added', v: 1, data: { by, points: score }, pii: null } as const]),
    ...suppressed.map(
      (scope) =>
        ({ type: 'suppressed', v: 1, data: { by, scope, reason: 'command', subject: CONTACT }, pii: null }) as const,
    ),
    ...sequences.map(
      (sequence) =>
        ({
          type: 'enrolled',
          v: 1,
          data: { by, enrollmentId: deriveId('rule-test', sequence), sequence },
          pii: null,
        }) as const,
    ),
  ];
}

class World {
  state: ContactState;
  readonly #seen = new Set<Uuid>();
  /** By purpose: when it is due, milliseconds. */
  readonly #timers = new Map<string, number>();

  constructor(private readonly rules: RulesInForce) {
    const fresh = initial(WORKSPACE, CONTACT);
    this.state = lacksHistory(fresh, rules) ? withHistory(fresh, rules, []) : fresh;
  }

  take(input: Placed): readonly Recorded<ContactEvent>[] {
    const keys = lookups(input).map(({ key }) => key);
    const { events, timers = [] } = decide(this.state, input, { rules: this.rules, seen: this.#seen });
    for (const key of keys) this.#seen.add(key);
    for (const event of events) this.state = evolve(this.state, event);
    for (const { purpose, dueAt } of timers)
      this.#timers.set(purpose, Math.min(dueAt, this.#timers.get(purpose) ?? dueAt));
    return events;
  }

  /** Fires what is due by then, each at its own time, earliest first. */
  passTo(time: number, test: RuleTest): readonly Recorded<ContactEvent>[] {
    const decided: Recorded<ContactEvent>[] = [];
    for (let fired = 0; ; fired += 1) {
      const [next] = [...this.#timers].sort(([a, at], [b, bt]) => at - bt || (a < b ? -1 : 1));
      if (!next || next[1] > time) return decided;
      if (fired >= MOST_TIMERS) throw new Error(`${test.name}: more than ${MOST_TIMERS} timers are due in one step`);
      const [purpose, dueAt] = next;
      this.#timers.delete(purpose);
      const due = placed(
        { type: 'timer_due', v: 1, data: { purpose, dueAt }, pii: null },
        { test, nth: -1, at: dueAt },
      );
      decided.push(...this.take({ ...due, id: deriveId('rule-test', 'timer', purpose, dueAt) }));
    }
  }

  record(event: ContactEvent, at: number): void {
    const { version } = this.state;
    const id = deriveId('rule-test', 'beforehand', version);
    const meta: EventMeta = {
      ...{ id, workspaceId: WORKSPACE, contactId: CONTACT, version: version + 1 },
      ...{ occurredAt: at, recordedAt: at, causationId: id, correlationId: id },
    };
    this.state = evolve(this.state, { ...event, ...meta });
  }
}
