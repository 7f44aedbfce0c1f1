/** Effects, and why they came about, over HTTP. */
import { z } from 'zod';
import type { EffectRow, TimelineRow } from '#contracts/read-models.js';
import { eventShown, showEvent } from '../contacts/contact-schemas.js';
import { deliveryShown, requestShown, showDelivery, showRequest } from '../deliveries/delivery-schemas.js';
import { anyObject, id, iso, time } from '../openapi/fields.js';
import type { Why } from './why.js';

const outcomeShown = z.object({
  outcome: z.enum(['delivered', 'expired', 'dead', 'suppressed']),
  at: time,
  attempts: z.int(),
  reason: z.string().nullable(),
  detail: z.string().nullable(),
});

export const effectShown = z
  .object({
    id,
    contactId: id,
    kind: z.string(),
    rule: z.object({ name: z.string(), version: z.int(), action: z.string().nullable() }).nullable(),
    requestedAt: time,
    notAfter: time.describe('Past it nothing is sent.'),
    recipient: z.string().nullable(),
    title: z.string().nullable(),
    body: z.string().nullable(),
    state: z.enum(['requested', 'delivered', 'expired', 'dead', 'suppressed']),
    outcomes: z.record(z.string(), outcomeShown).describe('By target.'),
  })
  .meta({ id: 'Effect' });

export const whyShown = z
  .object({
    effect: effectShown,
    decision: z
      .object({
        rule: z.string(),
        version: z.int(),
        engine: z.string(),
        at: time,
        values: anyObject.nullable().describe('What its conditions saw; null when the contact is erased.'),
      })
      .nullable(),
    chain: z.array(eventShown).describe('From what came in to what was asked for.'),
    delivery: deliveryShown
      .extend({
        source: z.string().nullable(),
        element: z.int().describe('Element of the body, from 0.'),
        request: requestShown.nullable(),
        withheld: z.boolean().describe('The request is not shown: this needs the scope read:operations.'),
      })
      .nullable()
      .describe('The request it all came with; null where none did, or it is no longer kept.'),
  })
  .meta({ id: 'Why' });

export function showEffect(row: EffectRow): z.infer<typeof effectShown> {
  const { rule, ruleVersion, action } = row;
  const outcomes = Object.entries(row.outcomes).map(([target, { outcome, at, attempts, reason, detail }]) => [
    target,
    { outcome, at: iso(at), attempts, reason, detail },
  ]);
  return {
    id: row.effectId,
    contactId: row.contactId,
    kind: row.kind,
    rule: rule === null || ruleVersion === null ? null : { name: rule, version: ruleVersion, action },
    requestedAt: iso(row.requestedAt),
    notAfter: iso(row.notAfter),
    recipient: row.recipient,
    title: row.title,
    body: row.body,
    state: row.state,
    outcomes: Object.fromEntries(outcomes),
  };
}

export function showWhy({ effect, chain, decision, origin }: Why, mayOpen: boolean): z.infer<typeof whyShown> {
  return {
    effect: showEffect(effect),
    decision: decision && showDecision(decision),
    chain: chain.map(showEvent),
    delivery: origin && {
      ...showDelivery(origin.delivery),
      source: origin.sourceName,
      element: origin.element,
      request: origin.request && showRequest(origin.request),
      withheld: !mayOpen,
    },
  };
}

function showDecision({ data, pii, recordedAt }: TimelineRow) {
  return {
    rule: String(data['rule']),
    version: Number(data['version']),
    engine: String(data['engine']),
    at: iso(recordedAt),
    values: (pii?.['values'] ?? null) as Record<string, unknown> | null,
  };
}
