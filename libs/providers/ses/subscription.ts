/** What a change of SES topic preferences means: an opt-out, an opt-in, or something of both. */
import type { EngagementType } from '#contracts/engagement.js';
import type { Json, JsonObject } from '#contracts/json.js';
import { at, flag, list, text } from '../payload/fields.js';

export function subscriptionType(subscription: JsonObject): EngagementType {
  const next = subscription['newTopicPreferences'];
  const last = subscription['oldTopicPreferences'];
  if (flag(at(next, 'unsubscribeAll')) === true) return 'unsubscribed';
  const before = statuses(last);
  const changed = [...statuses(next)].filter(([topic, status]) => before.get(topic) !== status);
  const kinds = new Set((changed.length > 0 ? changed : [...statuses(next)]).map(([, status]) => status));
  if (kinds.size > 1) return 'subscription_change';
  if (kinds.has('OptOut')) return 'unsubscribed';
  return kinds.has('OptIn') || flag(at(last, 'unsubscribeAll')) === true ? 'resubscribed' : 'subscription_change';
}

/** Topic → OptIn or OptOut. */
function statuses(preferences: Json | undefined): ReadonlyMap<string, string> {
  const entries = list(at(preferences, 'topicSubscriptionStatus')).flatMap((entry): [string, string][] => {
    const topic = text(at(entry, 'topicName'));
    const status = text(at(entry, 'subscriptionStatus'));
    return topic === null || status === null ? [] : [[topic, status]];
  });
  return new Map(entries);
}
