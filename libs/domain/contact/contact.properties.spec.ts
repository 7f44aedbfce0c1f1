import * as fc from 'fast-check';
import type { Uuid } from '#contracts/ids.js';
import { contactDecider } from '#domain/contact/decider.js';
import type { RulesInForce } from '#domain/rules/in-force.js';
import { type Happening, history, isEngagement, redelivered } from '#testing/generators/histories.js';
import { inForce } from '#testing/generators/rule-sets.js';
import { WORKSPACE } from '#testing/inputs.js';
import { refold, Stage } from '#testing/stage.js';

const RUNS = { numRuns: 1_000 };

/** Plays records in order; `each` sees every decided input. */
function play(
  happenings: readonly Happening[],
  each: (stage: Stage, input: Extract<Happening, { input: unknown }>['input'], rules: RulesInForce) => void = () =>
    undefined,
): Stage {
  const stage = new Stage();
  let rules = inForce([]);
  for (const one of happenings) {
    if ('publish' in one) {
      rules = inForce(one.publish);
      continue;
    }
    stage.take(one.input, rules);
    each(stage, one.input, rules);
  }
  return stage;
}

function everything(stage: Stage): string {
  return JSON.stringify(stage.contacts().map((id) => [stage.state(id), stage.events(id)]));
}

describe('the contact, over any history', () => {
  it('decides once: the same input again writes nothing', () => {
    fc.assert(
      fc.property(history, (happenings) => {
        play(happenings, (stage, input, rules) => {
          const { events, seen, booked } = stage.decide(input, rules);
          const expected = input.input.type === 'engagement' ? 'duplicate' : null;
          if (events.length + seen.length > 0 || booked !== expected) expect({ events, seen, booked }).toBe(expected);
        });
      }),
      RUNS,
    );
  });

  it('is a fold: replayed from its events, with the rules in force at each, it is the same to the byte', () => {
    fc.assert(
      fc.property(history, (happenings) => {
        const stage = play(happenings);
        for (const id of stage.contacts()) {
          expect(JSON.stringify(refold(WORKSPACE, id, stage.judged(id)))).toBe(JSON.stringify(stage.state(id)));
        }
      }),
      RUNS,
    );
  });

  it('has the counters it would have had, had the last rules been there from the first', () => {
    fc.assert(
      fc.property(history, (happenings) => {
        const stage = play(happenings);
        for (const id of stage.contacts()) {
          const judged = stage.judged(id);
          const last = judged.at(-1)!.rules;
          const refolded = contactDecider.withHistory(stage.state(id)!, last, stage.events(id));
          expect(JSON.stringify(refolded)).toBe(JSON.stringify(stage.state(id)));
        }
      }),
      RUNS,
    );
  });

  it('does not depend on other contacts: any interleaving that keeps each one’s order gives the same', () => {
    fc.assert(
      fc.property(history, (happenings) => {
        // Publications stay where they are; between two of them contacts are taken one after the other.
        const apart: Happening[] = [];
        let stretch: Happening[] = [];
        const close = () => {
          const key = (one: Happening): string => ('input' in one ? (one.input.key as Uuid) : '');
          apart.push(...stretch.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0)));
          stretch = [];
        };
        for (const one of happenings) {
          if ('publish' in one) {
            close();
            apart.push(one);
          } else stretch.push(one);
        }
        close();
        expect(everything(play(apart))).toBe(everything(play(happenings)));
      }),
      RUNS,
    );
  });

  it('is not changed by duplicates, wherever they come and under whatever new id', () => {
    const repeats = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.boolean()), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(history, repeats, (happenings, extra) => {
        const more = [...happenings];
        extra.forEach(([from, to, newId], nth) => {
          const at = from % more.length;
          const one = more[at];
          if (!one || 'publish' in one) return;
          const { input } = one;
          const renamed = newId && isEngagement(input) && input.input.data.occurredAt !== null;
          const copy = renamed ? redelivered(input, 1_000 + nth) : input;
          more.splice(at + 1 + (to % (more.length - at)), 0, { input: copy });
        });
        expect(everything(play(more))).toBe(everything(play(happenings)));
      }),
      RUNS,
    );
  });

  it('knows every effect by one id, and every event by its place', () => {
    fc.assert(
      fc.property(history, (happenings) => {
        const stage = play(happenings);
        const events = stage.contacts().flatMap((id) => stage.events(id));
        expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
        const effects = events.flatMap((event) => (event.type === 'effect_requested' ? [event.data.effectId] : []));
        expect(new Set(effects).size).toBe(effects.length);
        for (const id of stage.contacts()) {
          expect(stage.events(id).map(({ version }) => version)).toEqual(stage.events(id).map((_, i) => i + 1));
        }
      }),
      RUNS,
    );
  });

  it('is put through every kind of event and every reason to hold', () => {
    const met = new Set<string>();
    for (const happenings of fc.sample(history, { numRuns: 1_500, seed: 11 })) {
      const stage = play(happenings);
      for (const event of stage.contacts().flatMap((id) => stage.events(id))) {
        met.add(event.type === 'rule_held' ? `rule_held ${event.data.reason}` : event.type);
      }
    }
    const kinds = [
      ...['address_set', 'attribute_cleared', 'attribute_set', 'command_refused'],
      ...['consent_set', 'contact_deleted', 'effect_outcome_recorded'],
      ...[
        'effect_requested',
        'engagement_reclassified',
        'engagement_recorded',
        'engagement_too_late',
        'enrolled',
        'exited',
        'notification_done',
      ],
      ...[
        'notification_taken',
        'owner_set',
        'rule_failed',
        'rule_fired',
        'rule_held already_enrolled',
        'rule_held cycle',
        'rule_held group',
        'rule_held group_limit',
        'rule_held late',
      ],
      ...[
        'rule_held limit',
        'rule_held stopped',
        'rule_held suppressed',
        'score_added',
        'segment_entered',
        'segment_left',
        'stage_set',
        'suppressed',
        'suppression_lifted',
        'tag_added',
        'tag_removed',
        'time_zone_set',
        'timer_armed',
        'timer_fired',
      ],
    ];
    expect([...met].sort()).toEqual(kinds);
  });

  it('depends on the order of a contact’s inputs: the generated rules do not commute', () => {
    const differs = fc.sample(history, { numRuns: 300, seed: 7 }).some((happenings) => {
      const inputs = happenings.filter((one) => 'input' in one);
      const publications = happenings.filter((one) => 'publish' in one).slice(0, 1);
      const scores = (order: readonly Happening[]) => {
        const stage = play([...publications, ...order]);
        return JSON.stringify(stage.contacts().map((id) => [stage.state(id)?.score, stage.state(id)?.attributes]));
      };
      return scores(inputs) !== scores([...inputs].reverse());
    });
    expect(differs).toBe(true);
  });
});
