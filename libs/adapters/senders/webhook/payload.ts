/** The body of an outgoing webhook, the same on every attempt. Its names are a contract with receivers. */
import type { OpenedEffect } from '#engine/effects/effect.js';

export function payloadOf(effect: OpenedEffect): string {
  const { by, requestedAt } = effect.data;
  const rule = 'rule' in by ? { rule: by.rule, ruleVersion: by.version } : { rule: null, ruleVersion: null };
  return JSON.stringify({
    type: 'notification.requested',
    timestamp: new Date(requestedAt).toISOString(),
    data: {
      effectId: effect.effectId,
      contactId: effect.contactId,
      ...rule,
      to: effect.pii.to,
      title: effect.pii.title,
      body: effect.pii.body,
      notAfter: new Date(effect.notAfter).toISOString(),
    },
  });
}
