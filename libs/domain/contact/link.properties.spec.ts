import * as fc from 'fast-check';
import { KEYS, type KeyName, type LinkStep, linkStep } from '#testing/generators/links.js';
import { contactOf, HOUR, WORKSPACE } from '#testing/inputs.js';
import { choices, Play, plays } from '#testing/link-play.js';
import { refold } from '#testing/stage.js';

const RUNS = { numRuns: 1_000 };

describe('contacts that link, over any history and any order of what they send each other', () => {
  it('hold every engagement once, on exactly one contact, and know no cycle', () => {
    fc.assert(
      fc.property(plays, ([script, order]) => {
        const { stage, inputs } = new Play(order).run(script);
        const recorded = stage.stage
          .contacts()
          .flatMap((id) => stage.stage.events(id))
          .filter((event) => event.type === 'engagement_recorded')
          .map((event) => event.data.keys[0]);
        const expected = inputs.flatMap(({ input }) => (input.type === 'engagement' ? [input.data.keys[0]] : []));
        expect(recorded.sort()).toEqual(expected.sort());
        const owners = new Set(KEYS.map((name) => stage.ownerOf(contactOf(name))));
        const counts = [...owners].map((owner) => stage.stage.state(owner)?.engagements ?? 0);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(expected.length);
      }),
      RUNS,
    );
  });

  it('leave nothing half done: nobody asks or waits, and every promise is kept', () => {
    fc.assert(
      fc.property(plays, ([script, order]) => {
        const { stage } = new Play(order).run(script);
        for (const id of stage.stage.contacts()) {
          const state = stage.stage.state(id);
          expect(state).toMatchObject({ asking: null, waiting: [] });
          if (state?.linkedTo !== null) continue;
          const aliases = KEYS.map(contactOf).filter((key) => key !== id && stage.ownerOf(key) === id);
          expect(Object.keys(state.aliases)).toEqual(aliases.sort());
          expect(Object.values(state.aliases).every(({ merged, aliases: kept }) => merged && kept === 0)).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it('become one wherever they were said to be, once that is said again and all has arrived', () => {
    const links = fc.array(linkStep, { minLength: 1, maxLength: 14 });
    fc.assert(
      fc.property(links, choices, (steps, order) => {
        const play = new Play(order);
        play.run(steps.map((step) => ({ step, after: 0 })));
        const pairs = steps.flatMap((step) => pairOf(step));
        // Whoever was refused is asked again at the next occasion: one after the other they are all granted.
        pairs.forEach(([of, to], nth) => {
          play.at += 2 * HOUR;
          play.step({ kind: 'link', of, to, command: false }, 1_000 + nth);
          play.stage.settle(play.choice);
        });
        const together = componentsOf(pairs);
        for (const [of, to] of KEYS.flatMap((one) => KEYS.map((other) => [one, other] as const)))
          expect(play.stage.ownerOf(contactOf(of)) === play.stage.ownerOf(contactOf(to))).toBe(
            together(of) === together(to),
          );
      }),
      RUNS,
    );
  });

  it('fold to the same from their events and those of their aliases, and have the counters of all', () => {
    fc.assert(
      fc.property(plays, ([script, order]) => {
        const { stage } = new Play(order).run(script);
        for (const id of stage.stage.contacts()) {
          const folded = refold(WORKSPACE, id, stage.stage.judged(id), (state) => stage.stage.ofAliases(state));
          expect(JSON.stringify(folded)).toBe(JSON.stringify(stage.stage.state(id)));
        }
      }),
      RUNS,
    );
  });

  it('are put through every kind of event of a link', () => {
    const met = new Set<string>();
    for (const [script, order] of fc.sample(plays, { numRuns: 800, seed: 5 })) {
      const { stage } = new Play(order).run(script);
      for (const event of stage.stage.contacts().flatMap((id) => stage.stage.events(id)))
        met.add(event.type === 'link_refused' ? `link_refused ${event.data.reason}` : event.type);
    }
    const kinds = ['alias_added', 'link_deferred', 'link_refused busy', 'link_refused same_contact', 'link_requested'];
    expect([...met]).toEqual(
      expect.arrayContaining([...kinds, 'link_suggested', 'linked', 'merged', 'command_refused']),
    );
  });
});

/** Who is said to be one person by a step. */
function pairOf(step: LinkStep): (readonly [KeyName, KeyName])[] {
  if (step.kind === 'link' || step.kind === 'move') return [[step.of, step.to]];
  return step.kind === 'engagement' && step.met !== null ? [[step.met, step.of]] : [];
}

/** Names one of each set of keys that pairs join, directly or through others. */
function componentsOf(pairs: readonly (readonly [KeyName, KeyName])[]): (name: KeyName) => KeyName {
  const parent = new Map<KeyName, KeyName>();
  const root = (name: KeyName): KeyName => {
    const above = parent.get(name);
    return above === undefined ? name : root(above);
  };
  for (const [a, b] of pairs) if (root(a) !== root(b)) parent.set(root(a), root(b));
  return root;
}
