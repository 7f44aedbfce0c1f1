/** Streams of any events of a few contacts, for properties of what reads the store. */
import fc from 'fast-check';
import { deriveId } from '#contracts/ids.js';
import { engage, hotLead, outcome, reclassify } from './story.js';
import { EventLane, START } from './stream.js';

/** Writes one or more events to a lane; `effects`: those asked for so far. */
type Step = (lane: EventLane, effects: { readonly name: string; readonly effectId: string }[]) => void;

const by = fc.constantFrom(
  { rule: 'warm', version: 1, action: 'a' },
  { command: true } as const,
  { engine: true } as const,
);
const name = fc.constantFrom('ada', 'bob', 'cy', 'dan');
const word = fc.constantFrom('vip', 'pricing', 'Größe', 'nul\0 half\ud800', 'x'.repeat(230), 'x'.repeat(240), '');
const scope = fc.constantFrom('all', 'group:7', 'list:a');

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(name, fc.constantFrom('opened', 'clicked', 'custom.form' as const), fc.integer({ min: -9, max: 9 }))
      .map(
        ([who, type, days]): Step =>
          (lane) =>
            void engage(lane, who, type, { at: START + days * 86_400_000 }),
      ),
  },
  name.map(
    (who): Step =>
      (lane) =>
        reclassify(lane, who, engage(lane, who, 'clicked')),
  ),
  fc.tuple(name, by, word).map(
    ([who, of, tag]): Step =>
      (lane) =>
        void lane.add(who, { type: 'tag_added', data: { by: of }, pii: { tag } }),
  ),
  fc.tuple(name, by, word).map(
    ([who, of, tag]): Step =>
      (lane) =>
        void lane.add(who, { type: 'tag_removed', data: { by: of }, pii: { tag } }),
  ),
  fc.tuple(name, by, word, word).map(
    ([who, of, attribute, value]): Step =>
      (lane) =>
        void lane.add(who, {
          type: 'attribute_set',
          data: { by: of, name: `a${attribute.length}` },
          pii: { value: { [value]: [value, null] } },
        }),
  ),
  fc.tuple(name, by, word).map(
    ([who, of, attribute]): Step =>
      (lane) =>
        void lane.add(who, { type: 'attribute_cleared', data: { by: of, name: `a${attribute.length}` }, pii: null }),
  ),
  fc.tuple(name, by, fc.integer({ min: -50, max: 50 })).map(
    ([who, of, points]): Step =>
      (lane) =>
        void lane.add(who, { type: 'score_added', data: { by: of, points }, pii: null }),
  ),
  fc.tuple(name, by).map(
    ([who, of]): Step =>
      (lane) =>
        void lane.add(who, { type: 'address_set', data: { by: of }, pii: { email: `${who}@example.com` } }),
  ),
  fc.tuple(name, by, word).map(
    ([who, of, stage]): Step =>
      (lane) =>
        void lane.add(who, { type: 'stage_set', data: { by: of }, pii: { stage } }),
  ),
  fc.tuple(name, by, scope, fc.constantFrom('complaint', 'unsubscribed' as const), name).map(
    ([who, of, suppressed, reason, address]): Step =>
      (lane) =>
        void lane.add(who, {
          type: 'suppressed',
          data: { by: of, scope: suppressed, reason, subject: lane.contact(address) },
          pii: null,
        }),
  ),
  fc.tuple(name, by, scope, name).map(
    ([who, of, lifted, address]): Step =>
      (lane) =>
        void lane.add(who, {
          type: 'suppression_lifted',
          data: { by: of, scope: lifted, reason: 'command', subject: lane.contact(address) },
          pii: null,
        }),
  ),
  fc.tuple(name, by).map(
    ([who, of]): Step =>
      (lane) =>
        void lane.add(who, {
          type: 'enrolled',
          data: { by: of, enrollmentId: deriveId('enrollment', who), sequence: 'nurture' },
          pii: null,
        }),
  ),
  {
    weight: 3,
    arbitrary: name.map(
      (who): Step =>
        (lane, effects) =>
          void effects.push({ name: who, effectId: hotLead(lane, who, engage(lane, who, 'clicked')) }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.nat(), fc.constantFrom('inbox', 'webhook'), fc.constantFrom('delivered', 'dead' as const))
      .map(
        ([which, target, as]): Step =>
          (lane, effects) => {
            const effect = effects[which % Math.max(1, effects.length)];
            if (effect) outcome(lane, effect.name, effect.effectId, target, as);
          },
      ),
  },
  fc.tuple(fc.nat(), fc.constantFrom('notification_taken', 'notification_done' as const)).map(
    ([which, type]): Step =>
      (lane, effects) => {
        const effect = effects[which % Math.max(1, effects.length)];
        if (effect) lane.add(effect.name, { type, data: { effectId: effect.effectId }, pii: { by: 'olga' } });
      },
  ),
  fc.tuple(name, fc.constantFrom('limit', 'late' as const)).map(
    ([who, reason]): Step =>
      (lane) =>
        void lane.add(who, {
          type: 'rule_held',
          data: { rule: 'warm', version: 1, engine: '1', reason, actions: [] },
          pii: { values: {} },
        }),
  ),
);

/** A lane with up to `maxSteps` steps of story on it. */
export function anyLane(maxSteps: number, make: () => EventLane = () => new EventLane()): fc.Arbitrary<EventLane> {
  return fc.array(step, { minLength: 1, maxLength: maxSteps }).map((steps) => {
    const lane = make();
    const effects: { name: string; effectId: string }[] = [];
    for (const one of steps) one(lane, effects);
    return lane;
  });
}
