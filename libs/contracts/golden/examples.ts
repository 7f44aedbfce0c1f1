/** One full example of every stored event, input and record of deliveries, checked by the compiler; for golden.spec.ts only. */
import type { AliasState } from '../alias-state.js';
import type { ContactEvent, EngagementRecorded } from '../contact-events.js';
import type { DeliveryRecord } from '../deliveries.js';
import { deriveId } from '../ids.js';
import type { EngagementInput, Input } from '../inputs.js';

const id = (name: string) => deriveId('golden', name);
const by = { rule: 'hot-lead', version: 2, action: 'notify-owner' } as const;
const chosen = { rule: 'hot-lead', version: 2, engine: '1' } as const;
const values = { 'event.url': 'https://www.example.com/pricing', 'contact.score': 60 };

const engagement: EngagementInput['data'] = {
  engagement: 'clicked',
  provider: 'sendgrid',
  sourceId: id('source'),
  deliveryId: id('delivery'),
  index: 3,
  occurredAt: 1_794_996_000_000,
  receivedAt: 1_794_996_001_250,
  keys: [id('first key'), id('second key')],
  actor: 'human',
  actorDerived: true,
  scope: 'all',
  ambiguous: false,
  imported: false,
};

const pii: EngagementInput['pii'] = {
  identity: { kind: 'email', value: 'ada@example.com' },
  providerEventType: 'click',
  recipient: 'Ada@example.com',
  providerEventId: 'c2VuZGdyaWQ',
  providerMessageId: '14c5d75ce93.dfd.64b469',
  url: 'https://www.example.com/pricing',
  reason: '550 5.1.1 unknown user',
  bounce: { status: '5.1.1', type: 'bounce', classification: 'Invalid Address' },
  tags: ['spring'],
  metadata: { campaign: 'spring', attempt: 2 },
  channel: 'email',
  contactId: '42',
  inbound: { from: 'ada@example.com', fromName: 'Ada', subject: 'Re: pricing', rfcMessageId: '<1@x>', inReplyTo: null },
  userAgent: 'Mozilla/5.0',
  ip: '192.0.2.7',
};

const aliasState: AliasState = {
  version: 7,
  email: 'ada@example.com',
  addresses: { [id('address')]: 'ada@example.com' },
  identities: ['hubspot:42'],
  attributes: { company: 'Norland' },
  tags: ['vip'],
  score: 30,
  stage: 'lead',
  owner: 'sam@sales.example.com',
  timeZone: 'Europe/Berlin',
  consent: { newsletter: { given: true, at: 1_794_996_000_000 } },
  suppressions: { [id('address')]: { 'group:7': { on: true, reason: 'unsubscribed', at: 1_794_996_000_000 } } },
  enrollments: { 'pricing-nurture': { id: id('enrollment'), at: 1_794_996_000_000 } },
  engagements: 3,
  last: { clicked: 1_794_996_000_000 },
  clicks: [
    {
      id: id('event'),
      input: id('input'),
      sourceId: id('source'),
      message: 'm-1',
      link: 'https://www.example.com/pricing',
      at: 1_794_996_000_000,
      actor: 'unknown',
      points: 10,
    },
  ],
  deliveries: [{ message: 'm-1', at: 1_794_995_990_000 }],
  firings: { 'hot-lead': [1_794_996_000_000, 1_797_588_000_000] },
  aliases: { [id('older alias')]: { merged: true, aliases: 0, version: 4 } },
};

const recorded: EngagementRecorded['data'] = { ...engagement, clamped: true, late: true };
const recordedPii: EngagementRecorded['pii'] = { ...pii, counted: ['c-1'] };

export const EVENT_EXAMPLES: { readonly [T in ContactEvent['type']]: Extract<ContactEvent, { type: T }> } = {
  engagement_recorded: { type: 'engagement_recorded', v: 1, data: recorded, pii: recordedPii },
  engagement_reclassified: {
    type: 'engagement_reclassified',
    v: 1,
    data: {
      engagementId: id('engagement'),
      engagement: 'clicked',
      sourceId: id('source'),
      actor: 'machine',
      before: 'human',
      reason: 'burst',
      countedAt: 1_794_996_000_000,
    },
    pii: { uncounted: ['c-1'], counted: ['c-2'] },
  },
  engagement_too_late: { type: 'engagement_too_late', v: 1, data: engagement, pii },
  address_set: { type: 'address_set', v: 1, data: { by: { engine: true } }, pii: { email: 'ada@example.com' } },
  attribute_set: { type: 'attribute_set', v: 1, data: { by: { command: true }, name: 'company' }, pii: { value: 'Norland' } },
  attribute_cleared: { type: 'attribute_cleared', v: 1, data: { by, name: 'company' }, pii: null },
  tag_added: { type: 'tag_added', v: 1, data: { by }, pii: { tag: 'pricing-interest' } },
  tag_removed: { type: 'tag_removed', v: 1, data: { by }, pii: { tag: 'pricing-interest' } },
  score_added: { type: 'score_added', v: 1, data: { by, points: -10 }, pii: null },
  stage_set: { type: 'stage_set', v: 1, data: { by }, pii: { stage: 'customer' } },
  owner_set: { type: 'owner_set', v: 1, data: { by }, pii: { owner: 'sam@sales.example.com' } },
  time_zone_set: { type: 'time_zone_set', v: 1, data: { by: { command: true } }, pii: { timeZone: 'Europe/Berlin' } },
  consent_set: {
    type: 'consent_set',
    v: 1,
    data: { by: { command: true }, given: true, at: 1_794_996_000_000 },
    pii: { purpose: 'newsletter', source: 'sign-up form' },
  },
  contact_deleted: { type: 'contact_deleted', v: 1, data: { by: { command: true } }, pii: { reason: 'left the company' } },
  suppressed: {
    type: 'suppressed',
    v: 1,
    data: { by: { engine: true }, scope: 'group:7', reason: 'unsubscribed', subject: id('subject') },
    pii: null,
  },
  suppression_lifted: {
    type: 'suppression_lifted',
    v: 1,
    data: { by: { engine: true }, scope: 'group:7', reason: 'resubscribed', subject: id('subject') },
    pii: null,
  },
  enrolled: { type: 'enrolled', v: 1, data: { by, enrollmentId: id('enrollment'), sequence: 'pricing-nurture' }, pii: null },
  exited: { type: 'exited', v: 1, data: { by, enrollmentId: id('enrollment'), sequence: 'pricing-nurture' }, pii: null },
  rule_fired: { type: 'rule_fired', v: 1, data: { ...chosen, countsUntil: 1_797_588_000_000 }, pii: { values } },
  rule_held: { type: 'rule_held', v: 1, data: { ...chosen, reason: 'limit', actions: ['notify-owner'] }, pii: { values } },
  rule_failed: { type: 'rule_failed', v: 1, data: chosen, pii: { error: 'no such key: plan' } },
  effect_requested: {
    type: 'effect_requested',
    v: 1,
    data: { by, effectId: id('effect'), kind: 'notify', notAfter: 1_795_082_401_250 },
    pii: { to: 'owner', title: 'Hot lead: Ada', body: 'Ada clicked on pricing again.' },
  },
  effect_outcome_recorded: {
    type: 'effect_outcome_recorded',
    v: 1,
    data: { effectId: id('effect'), target: 'webhook', outcome: 'dead', attempts: 10, reason: 'http_410' },
    pii: { detail: 'gone' },
  },
  notification_taken: { type: 'notification_taken', v: 1, data: { effectId: id('effect') }, pii: { by: 'sam' } },
  notification_done: { type: 'notification_done', v: 1, data: { effectId: id('effect') }, pii: { by: 'sam' } },
  command_refused: { type: 'command_refused', v: 1, data: { commandId: id('command'), reason: 'version_mismatch' }, pii: null },
  link_suggested: { type: 'link_suggested', v: 1, data: { alias: id('alias') }, pii: null },
  link_requested: {
    type: 'link_requested',
    v: 1,
    data: { by: { command: true }, to: id('contact'), moved: true },
    pii: { identity: { kind: 'hubspot', value: '42' } },
  },
  link_refused: { type: 'link_refused', v: 1, data: { requestId: id('request'), to: id('contact'), reason: 'busy' }, pii: null },
  link_deferred: { type: 'link_deferred', v: 1, data: { alias: id('alias'), requestId: id('request'), aliases: 2 }, pii: null },
  alias_added: { type: 'alias_added', v: 1, data: { alias: id('alias'), requestId: id('request'), aliases: 2 }, pii: null },
  linked: { type: 'linked', v: 1, data: { contactId: id('contact') }, pii: null },
  merged: { type: 'merged', v: 1, data: { alias: id('alias'), moved: true }, pii: { state: aliasState } },
  timer_armed: { type: 'timer_armed', v: 1, data: { purpose: 'settle', dueAt: 1_794_996_015_000 }, pii: null },
  timer_fired: { type: 'timer_fired', v: 1, data: { purpose: 'settle', dueAt: 1_794_996_015_000 }, pii: null },
  segment_entered: {
    type: 'segment_entered',
    v: 1,
    data: { segment: 'engaged', version: 2, engine: '1' },
    pii: { values: { 'count("opened", "30d")': 3 } },
  },
  segment_left: {
    type: 'segment_left',
    v: 1,
    data: { segment: 'engaged', version: 2, engine: '1', silent: true },
    pii: { values: { 'count("opened", "30d")': 2 } },
  },
};

export const INPUT_EXAMPLES: { readonly [T in Input['type']]: Extract<Input, { type: T }> } = {
  engagement: { type: 'engagement', v: 1, data: engagement, pii },
  contact_upsert: {
    type: 'contact_upsert',
    v: 1,
    data: { expectedVersion: 7, firesRules: false },
    pii: {
      identity: { kind: 'email', value: 'ada@example.com' },
      set: { company: 'Norland', seats: 12 },
      clear: ['plan'],
      addTags: ['vip'],
      removeTags: ['trial'],
      stage: 'customer',
      owner: 'sam@sales.example.com',
    },
  },
  contact_delete: { type: 'contact_delete', v: 1, data: { expectedVersion: 7 }, pii: { reason: 'left the company' } },
  effect_outcome: {
    type: 'effect_outcome',
    v: 1,
    data: { effectId: id('effect'), target: 'inbox', outcome: 'delivered', attempts: 1, reason: 'http_200' },
    pii: { detail: 'ok' },
  },
  notification_command: { type: 'notification_command', v: 1, data: { effectId: id('effect'), command: 'take' }, pii: { by: 'sam' } },
  suppression_command: {
    type: 'suppression_command',
    v: 1,
    data: { command: 'add', scope: 'list:news', reason: 'unsubscribed', subject: id('subject'), keyId: id('key') },
    pii: { identity: { kind: 'email', value: 'ada@example.com' }, note: 'asked for it on the phone' },
  },
  rules_published: {
    type: 'rules_published',
    v: 1,
    data: { publicationId: id('publication'), number: 4, rules: [{ rule: 'hot-lead', version: 2 }, { rule: 'old', version: null }] },
    pii: null,
  },
  unpark: { type: 'unpark', v: 1, data: { discard: false }, pii: null },
  link: {
    type: 'link',
    v: 1,
    data: { to: id('contact'), command: true, moved: false, subject: id('alias') },
    pii: { identity: { kind: 'hubspot', value: '42' } },
  },
  link_asked: { type: 'link_asked', v: 1, data: { alias: id('alias'), requestId: id('request'), aliases: 2 }, pii: null },
  link_answered: {
    type: 'link_answered',
    v: 1,
    data: { requestId: id('request'), owner: id('contact'), answer: 'accepted' },
    pii: null,
  },
  merge: { type: 'merge', v: 1, data: { alias: id('alias'), moved: true }, pii: { state: aliasState } },
  timer_due: { type: 'timer_due', v: 1, data: { purpose: 'rule:sunset', dueAt: 1_794_996_000_000 }, pii: null },
};

export const DELIVERY_EXAMPLES: { readonly [T in DeliveryRecord['type']]: Extract<DeliveryRecord, { type: T }> } = {
  delivery_received: {
    type: 'delivery_received',
    v: 1,
    data: { sourceId: id('source'), provider: 'sendgrid', outcome: 'accepted', engagements: 2, unreadable: 1, receivedAt: 1_794_996_001_250 },
  },
  element_quarantined: {
    type: 'element_quarantined',
    v: 1,
    data: {
      sourceId: id('source'),
      provider: 'sendgrid',
      deliveryId: id('delivery'),
      element: 2,
      reason: 'unreadable',
      receivedAt: 1_794_996_001_250,
    },
  },
  delivery_reread: {
    type: 'delivery_reread',
    v: 1,
    data: {
      sourceId: id('source'),
      provider: 'sendgrid',
      deliveryId: id('delivery'),
      engagements: 1,
      settled: [id('quarantined')],
      receivedAt: 1_794_996_001_250,
    },
  },
};
