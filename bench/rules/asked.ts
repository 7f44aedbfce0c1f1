/** One event asked of rules: which of them match. What rules do then is the same however many there are. */
import type { EngagementRecorded } from '#contracts/contact-events.js';
import { deriveId } from '#contracts/ids.js';
import { type ContactState, initial } from '#domain/contact/state.js';
import { compileRules } from '#domain/rules/compile.js';
import { ContactView } from '#domain/rules/condition/contact-view.js';
import { EventView } from '#domain/rules/condition/event-view.js';
import type { RulesInForce } from '#domain/rules/in-force.js';

const NOW = Date.UTC(2026, 10, 24, 12);

export function compiled(yamls: readonly string[]): RulesInForce {
  return compileRules(yamls.map((yaml, nth) => ({ rule: `rule ${nth}`, version: 1, yaml, templates: {} })));
}

/** A click of a person on this address. */
export function clickOn(url: string): Pick<EngagementRecorded, 'data' | 'pii'> {
  const { data, pii } = BASE;
  return { data, pii: { ...pii, url } };
}

const BASE: Pick<EngagementRecorded, 'data' | 'pii'> = {
  data: {
    engagement: 'clicked',
    provider: 'sendgrid',
    sourceId: deriveId('bench', 'source'),
    deliveryId: deriveId('bench', 'delivery'),
    index: 0,
    occurredAt: NOW,
    receivedAt: NOW,
    keys: [],
    actor: 'human',
  },
  pii: {
    identity: { kind: 'email', value: 'ada@example.com' },
    providerEventType: 'click',
    recipient: 'ada@example.com',
    providerEventId: null,
    providerMessageId: null,
  },
};

/** A contact with score and tags. */
export const CONTACT: ContactState = {
  ...initial(deriveId('bench', 'workspace'), deriveId('bench', 'contact')),
  email: 'ada@example.com',
  score: 60,
  tags: ['newsletter', 'vip'],
};

/** Number of rules that match, conditions asked as the engine asks them. */
export function matching(rules: RulesInForce, click: Pick<EngagementRecorded, 'data' | 'pii'>): number {
  const event = new EventView(click);
  const scope = {
    event,
    contact: new ContactView(CONTACT, NOW),
    $history: { facts: CONTACT, now: NOW },
  };
  let count = 0;
  for (const rule of rules.candidates(event))
    if ((rule.where?.holds(scope) ?? true) && (rule.if?.holds(scope) ?? true)) count += 1;
  return count;
}
