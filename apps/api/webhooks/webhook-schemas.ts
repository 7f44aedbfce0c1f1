/** Subscriptions to changes over HTTP. */
import { z } from 'zod';
import { READ } from '#adapters/postgres/read-models/tables.js';
import type { WebhookDelivery } from '#adapters/postgres/webhooks/deliveries.js';
import type { Webhook } from '#adapters/postgres/webhooks/webhooks.js';
import { RETRY_HOURS } from '#engine/webhooks/subscription.js';
import { id, iso, isoOrNull, page, paging, time } from '../openapi/fields.js';

const NEVER_TOLD = ['workspaceId', 'contactId', 'createdAt', 'updatedAt', 'appliedVersion'];
const FIELDS = Object.keys(READ.contact.columns).filter((name) => !NEVER_TOLD.includes(name));

const field = z
  .string()
  .max(200)
  .refine(
    (name) => FIELDS.includes(name) || /^attributes\.[^.].*$/.test(name),
    `Expected a field of contacts (${FIELDS.join(', ')}) or attributes.NAME`,
  );

const values = z.array(z.string().min(1).max(200)).min(1).max(100);

const filter = z
  .strictObject({
    fields: z.array(field).min(1).max(100).optional().describe('One of these changed.'),
    tags: values.optional().describe('The contact has one of these.'),
    stages: values.optional().describe('The contact is in one of these.'),
    suppressed: z.boolean().optional().describe('The contact may not be mailed at all, or may.'),
  })
  .meta({ id: 'WebhookFilter', description: 'Which changes are told: all that is given must hold. Empty: every one.' });

const name = z.string().trim().min(1).max(100);
const url = z
  .url({ protocol: /^https?$/, error: 'Expected an address such as https://crm.example.com/hooks/afterclick' })
  .max(2000)
  .refine((text) => !/^https?:\/\/[^/?#]*@/.test(text), 'Leave user and password out: requests are signed instead');
const retryHours = z.int().min(1).max(168).describe('Hours for which a change is tried.');

export const webhookWanted = z
  .strictObject({
    name,
    url: url.describe('Where changes are posted to.'),
    filter: filter.default({}),
    retryHours: retryHours.default(RETRY_HOURS),
  })
  .meta({ id: 'NewWebhook' });

export const webhookRevised = z
  .strictObject({
    name: name.optional(),
    url: url.optional(),
    filter: filter.optional().describe('In place of the one there is.'),
    retryHours: retryHours.optional(),
    state: z.enum(['active', 'paused'], 'Expected active or paused').optional(),
    from: z
      .enum(['where_it_stopped', 'now'], 'Expected where_it_stopped or now')
      .default('where_it_stopped')
      .describe('Of one that becomes active: now leaves out what changed meanwhile, and discards what waits.'),
  })
  .meta({ id: 'WebhookRevision' });

export const webhookRotation = z
  .strictObject({
    overlapHours: z.number().min(0).max(720).default(24).describe('How long the old secret signs beside the new one.'),
  })
  .meta({ id: 'WebhookRotation' });

export const webhookShown = z
  .object({
    id,
    name: z.string(),
    url: z.string().describe('Without its query, which may hold a secret.'),
    filter,
    retryHours: z.int(),
    state: z.enum(['active', 'paused', 'disabled']),
    disabledReason: z.string().nullable().describe('failing, gone or changes_expired.'),
    failures: z.int().describe('In a row, now.'),
    failingSince: time.nullable(),
    heldUntil: time.nullable().describe('After repeated failures nothing is sent before.'),
    oldSecretUntil: time.nullable(),
    version: z.int().describe('For If-Match.'),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Webhook' });

export const webhookWithSecret = webhookShown
  .extend({ secret: z.string().describe('Shown this once: what receivers verify with (Standard Webhooks).') })
  .meta({ id: 'WebhookWithSecret' });

export const webhookList = z.object({ items: z.array(webhookShown) });

export const testShown = z
  .object({
    delivered: z.boolean(),
    status: z.int().nullable().describe('Of the receiver’s answer; null: there was none.'),
    reason: z.string().nullable().describe('A code: http_500, timeout, unreachable, address_refused …'),
    detail: z.string().nullable().describe('How the answer begins, or what went wrong.'),
    tookMs: z.int(),
  })
  .meta({ id: 'WebhookTest' });

const STATES = ['queued', 'delivered', 'dead', 'expired', 'discarded'] as const;

export const webhookDeliveriesAsked = z.strictObject({
  ...paging,
  state: z.enum(STATES, `Expected one of ${STATES.join(', ')}`).optional(),
});

export const webhookDeliveryShown = z
  .object({
    id: id.describe('`webhook-id` of the message, the same on every attempt.'),
    contactId: id,
    version: z.int().describe('Of the contact, once it was changed.'),
    state: z.enum(STATES),
    attempts: z.int(),
    reason: z.string().nullable().describe('Code of the last failure.'),
    nextAt: time.nullable().describe('When it is tried next.'),
    notAfter: time.describe('Past it, it is expired.'),
    createdAt: time,
    settledAt: time.nullable(),
    tries: z
      .array(z.object({ at: time, status: z.int().nullable(), reason: z.string().nullable(), tookMs: z.int() }))
      .describe('The last ten.'),
  })
  .meta({ id: 'WebhookDelivery' });

export const toldAgain = z.object({ id, state: z.literal('queued') });

export const webhookDeliveryPage = page(webhookDeliveryShown);

export function showWebhook(webhook: Webhook): z.infer<typeof webhookShown> {
  const { id, name, filter, retryHours, state, disabledReason, failures, version } = webhook;
  const { fields, tags, stages, ...rest } = filter;
  return {
    ...{ id, name, url: shownUrl(webhook.url), retryHours, state, disabledReason, failures, version },
    filter: { ...rest, ...copied({ fields, tags, stages }) },
    failingSince: isoOrNull(webhook.failingSince),
    heldUntil: isoOrNull(webhook.holdUntil),
    oldSecretUntil: isoOrNull(webhook.oldSecretUntil),
    createdAt: iso(webhook.createdAt),
    updatedAt: iso(webhook.updatedAt),
  };
}

function copied(lists: Readonly<Record<string, readonly string[] | undefined>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(lists).flatMap(([name, list]) => (list ? [[name, [...list]]] : [])));
}

/** Its query may hold a secret. */
export function shownUrl(url: string): string {
  const { origin, pathname, search } = new URL(url);
  return `${origin}${pathname}${search === '' ? '' : '?…'}`;
}

export function showWebhookDelivery(delivery: WebhookDelivery): z.infer<typeof webhookDeliveryShown> {
  const { id, contactId, version, state, attempts, reason, nextAt, notAfter, createdAt, settledAt, tries } = delivery;
  return {
    ...{ id, contactId, version, state, attempts, reason },
    nextAt: state === 'queued' ? iso(nextAt) : null,
    notAfter: iso(notAfter),
    createdAt: iso(createdAt),
    settledAt: isoOrNull(settledAt),
    tries: tries.map(({ at, ...one }) => ({ ...one, at: new Date(at).toISOString() })),
  };
}
