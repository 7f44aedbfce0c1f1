/** A stream in which every kind of event occurs, of contacts `ada`, `bob` and `cy`: what any reader of the store must get right. */

import type { EngagementType } from '#contracts/engagement.js';
import { deriveId, type Uuid } from '#contracts/ids.js';
import { EventLane, START } from './stream.js';

export const SOURCE = deriveId('source', 'sendgrid');
export const DELIVERY = deriveId('delivery', 'one');
const BY = { rule: 'hot-lead', version: 2, action: 'notify-owner' };

/** An engagement of one address; answers its event's id. */
export function engage(
  lane: EventLane,
  name: string,
  engagement: EngagementType,
  more: { at?: number; late?: boolean } = {},
): Uuid {
  const at = more.at ?? START + lane.rows.length * 1000 - 500;
  const email = `${name}@example.com`;
  return lane.add(name, {
    type: 'engagement_recorded',
    occurredAt: at,
    data: {
      engagement,
      provider: 'sendgrid',
      sourceId: SOURCE,
      deliveryId: DELIVERY,
      index: 0,
      occurredAt: at,
      receivedAt: START + lane.rows.length * 1000,
      keys: [deriveId('key', lane.rows.length)],
      actor: 'human',
      ...(more.late ? { late: true } : {}),
    },
    pii: {
      identity: { kind: 'email', value: email },
      providerEventType: engagement,
      recipient: email,
      providerEventId: null,
      providerMessageId: null,
      url: 'https://acme.example/pricing?u=1',
      ip: '192.0.2.7',
    },
  }).id;
}

/** A click that turned out to be a machine's. */
export function reclassify(lane: EventLane, name: string, engagementId: Uuid): void {
  lane.add(name, {
    type: 'engagement_reclassified',
    data: {
      ...{ engagementId, engagement: 'clicked', sourceId: SOURCE, actor: 'machine', before: 'human' },
      ...{ reason: 'burst', countedAt: START },
    },
    pii: { uncounted: [], counted: [] },
  });
}

/** A rule that fires on an event and asks for a notification; answers the effect's id. */
export function hotLead(lane: EventLane, name: string, cause: Uuid): Uuid {
  const root = lane.rows.find((row) => row.id === cause)?.correlationId ?? cause;
  const chain = { correlationId: root };
  const fired = lane.add(name, {
    ...chain,
    causationId: cause,
    type: 'rule_fired',
    data: { rule: BY.rule, version: BY.version, engine: '1' },
    pii: { values: { 'contact.score': 60 } },
  });
  const effectId = deriveId('effect', lane.workspaceId, fired.id);
  lane.add(name, {
    ...chain,
    causationId: fired.id,
    type: 'effect_requested',
    data: { by: BY, effectId, kind: 'notify', notAfter: START + 86_400_000 },
    pii: { to: 'owner', title: `${name} is hot`, body: `${name}@example.com looked at pricing` },
  });
  return effectId;
}

export function outcome(
  lane: EventLane,
  name: string,
  effectId: Uuid,
  target: string,
  as: 'delivered' | 'dead' = 'delivered',
): void {
  lane.add(name, {
    type: 'effect_outcome_recorded',
    data: { effectId, target, outcome: as, attempts: 1, ...(as === 'dead' ? { reason: 'http_410' } : {}) },
    pii: as === 'dead' ? { detail: 'gone: https://hooks.example/x' } : {},
  });
}

/** Adds the whole story to the lane. */
export function tellStory(lane: EventLane = new EventLane()): EventLane {
  const engine = { engine: true } as const;
  const command = { command: true } as const;
  for (const name of ['ada', 'bob']) {
    lane.add(name, { type: 'address_set', data: { by: engine }, pii: { email: `${name}@example.com` } });
    engage(lane, name, 'delivered');
  }
  lane.add('ada', { type: 'attribute_set', data: { by: command, name: 'company' }, pii: { value: 'Acme' } });
  lane.add('ada', { type: 'attribute_set', data: { by: command, name: 'plan' }, pii: { value: { tier: 2 } } });
  lane.add('ada', { type: 'attribute_cleared', data: { by: command, name: 'company' }, pii: null });
  lane.add('ada', { type: 'tag_added', data: { by: BY }, pii: { tag: 'vip' } });
  lane.add('ada', { type: 'tag_added', data: { by: BY }, pii: { tag: 'pricing' } });
  lane.add('ada', { type: 'tag_removed', data: { by: BY }, pii: { tag: 'vip' } });
  lane.add('ada', { type: 'score_added', data: { by: BY, points: 60 }, pii: null });
  lane.add('ada', { type: 'score_added', data: { by: BY, points: -5 }, pii: null });
  lane.add('ada', { type: 'stage_set', data: { by: command }, pii: { stage: 'lead' } });
  lane.add('ada', { type: 'owner_set', data: { by: command }, pii: { owner: 'olga@acme.example' } });
  lane.add('ada', { type: 'time_zone_set', data: { by: command }, pii: { timeZone: 'Europe/Berlin' } });
  lane.add('ada', {
    type: 'consent_set',
    data: { by: command, given: true, at: START },
    pii: { purpose: 'newsletter', source: 'form' },
  });
  lane.add('dan', { type: 'address_set', data: { by: command }, pii: { email: 'dan@example.com' } });
  lane.add('dan', { type: 'contact_deleted', data: { by: command }, pii: {} });
  const click = engage(lane, 'ada', 'clicked');
  engage(lane, 'ada', 'opened', { at: START - 86_400_000, late: true });
  const effectId = hotLead(lane, 'ada', click);
  reclassify(lane, 'ada', click);
  lane.add('ada', {
    type: 'enrolled',
    data: { by: BY, enrollmentId: deriveId('enrollment', 'ada'), sequence: 'nurture' },
    pii: null,
  });
  lane.add('ada', {
    type: 'exited',
    data: { by: BY, enrollmentId: deriveId('enrollment', 'ada'), sequence: 'nurture' },
    pii: null,
  });
  lane.add('ada', {
    type: 'rule_held',
    data: { rule: 'hot-lead', version: 2, engine: '1', reason: 'limit', actions: [] },
    pii: { values: {} },
  });
  lane.add('ada', {
    type: 'rule_failed',
    data: { rule: 'broken', version: 1, engine: '1' },
    pii: { error: 'no such key' },
  });
  outcome(lane, 'ada', effectId, 'webhook', 'dead');
  outcome(lane, 'ada', effectId, 'inbox');
  lane.add('ada', { type: 'notification_taken', data: { effectId }, pii: { by: 'olga' } });
  lane.add('ada', { type: 'notification_done', data: { effectId }, pii: { by: 'olga' } });
  const unopened = hotLead(lane, 'bob', engage(lane, 'bob', 'clicked'));
  const subject = lane.contact('bob');
  lane.add('bob', {
    type: 'suppressed',
    data: { by: engine, scope: 'all', reason: 'hard_bounce', subject },
    pii: null,
  });
  lane.add('bob', {
    type: 'suppressed',
    data: { by: engine, scope: 'group:7', reason: 'unsubscribed', subject },
    pii: null,
  });
  lane.add('bob', {
    type: 'suppression_lifted',
    data: { by: command, scope: 'all', reason: 'command', subject },
    pii: null,
  });
  lane.add('bob', {
    type: 'command_refused',
    data: { commandId: deriveId('c'), reason: 'unknown_notification' },
    pii: null,
  });
  outcome(lane, 'bob', unopened, 'webhook');
  lane.add('cy', {
    type: 'engagement_too_late',
    data: {
      engagement: 'opened',
      provider: 'sendgrid',
      sourceId: SOURCE,
      deliveryId: DELIVERY,
      index: 1,
      occurredAt: START - 500 * 86_400_000,
      receivedAt: START,
      keys: [deriveId('key', 'old')],
    },
    pii: {
      identity: { kind: 'email', value: 'cy@example.com' },
      providerEventType: 'open',
      recipient: 'cy@example.com',
      providerEventId: null,
      providerMessageId: null,
    },
  });
  lane.add('cy', { type: 'linked', data: { contactId: lane.contact('ada') }, pii: null });
  return lane;
}
