/** What each kind of event looks like: its colour, and the word for it. */
import { type Html, html } from '../html.js';

export type Tone = 'accent' | 'good' | 'warn' | 'bad' | 'sky' | 'mute';

const TONES: Readonly<Record<string, Tone>> = {
  clicked: 'accent',
  opened: 'sky',
  delivered: 'good',
  processed: 'mute',
  deferred: 'warn',
  soft_bounce: 'warn',
  hard_bounce: 'bad',
  dropped: 'bad',
  unsubscribed: 'warn',
  resubscribed: 'good',
  complaint: 'bad',
  subscription_change: 'sky',
  inbound: 'accent',
};

export function toneOf(engagement: string): Tone {
  return TONES[engagement] ?? (engagement.startsWith('custom.') ? 'accent' : 'mute');
}

/** `soft_bounce` → `soft bounce`, `custom.form_sent` → `form sent`. */
export function spoken(name: string): string {
  return name.replace(/^custom\./, '').replaceAll('_', ' ');
}

export function engagementBadge(engagement: string): Html {
  return html`<span class="badge ${toneOf(engagement)}">${spoken(engagement)}</span>`;
}

/** `actor` of an open or click: said only where it is known. */
export function actorBadge(actor: unknown, derived: unknown): Html | null {
  if (actor !== 'human' && actor !== 'machine') return null;
  const how = derived === true ? 'Derived from what the provider sent' : 'Stated by the provider';
  return html`<span class="badge" title="${how}">${actor}</span>`;
}

const HELD: Readonly<Record<string, string>> = {
  limit: 'it has fired as often as its limit allows for this contact',
  late: 'the event came too late to act on',
  already_enrolled: 'the contact is in the sequence already',
  suppressed: 'the contact may not be written to',
  suspended: 'the rule is suspended after failing too often',
  group_limit: 'rules of its group have fired as often as they may for this contact',
  stopped: 'a rule before it stops those after it',
  group: 'another rule of its group has acted on this event',
  no_address: 'there is no address to send to',
  cycle: 'too many rules had triggered each other',
};

/** Why a rule held back, in words. */
export function heldBecause(reason: unknown): string {
  return HELD[String(reason)] ?? spoken(String(reason));
}

const SUPPRESSED: Readonly<Record<string, string>> = {
  hard_bounce: 'a hard bounce',
  complaint: 'a complaint',
  unsubscribed: 'an unsubscribe',
  resubscribed: 'a resubscribe',
  rule: 'a rule',
  command: 'a person or another system',
};

/** Why a suppression came or went, in words. */
export function suppressedBecause(reason: string): string {
  return SUPPRESSED[reason] ?? spoken(reason);
}

/** `all` → `everything`, `group:12` → `group 12`. */
export function scopeWords(scope: unknown): string {
  return scope === 'all' ? 'everything' : String(scope).replace(':', ' ');
}
