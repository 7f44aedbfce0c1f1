/** Contacts at a glance: avatar, name, score, what kind of contact it is. */
import { createHash } from 'node:crypto';
import type { ContactRow } from '#contracts/read-models.js';
import { type Html, html } from '../html.js';
import { count, short } from './format.js';
import { icon } from './icons.js';
import { scopeWords } from './kinds.js';

const COLOURS = 6;
const WARM = 20;
const HOT = 50;

/** Address, else the beginning of the id. */
export function nameOf(contact: Pick<ContactRow, 'contactId' | 'email'>): string {
  return contact.email ?? `contact ${short(contact.contactId)}`;
}

export function avatar(contact: Pick<ContactRow, 'contactId' | 'email'>, big = false): Html {
  const letters =
    (contact.email ?? '')
      .split('@')[0]
      ?.split(/[^\p{L}\p{N}]+/u)
      .filter(Boolean) ?? [];
  const first = letters[0] ?? '?';
  const initials = letters.length > 1 ? first.slice(0, 1) + (letters[1] ?? '').slice(0, 1) : first.slice(0, 2);
  const colour = (createHash('sha256').update(contact.contactId).digest()[0] ?? 0) % COLOURS;
  return html`<span class="avatar c${colour}${big ? ' big' : ''}" aria-hidden="true">${initials.toUpperCase()}</span>`;
}

export function scorePill(score: number): Html {
  const heat = score >= HOT ? ' hot' : score >= WARM ? ' warm' : '';
  return html`<span class="score${heat}" title="Score">${count(score)}</span>`;
}

/** Suppression of a contact; null when nothing is suppressed. */
export function suppressionBadge(contact: Pick<ContactRow, 'suppressed' | 'suppressedScopes'>): Html | null {
  if (contact.suppressed) return html`<span class="badge bad">${icon('shield')}suppressed</span>`;
  if (contact.suppressedScopes.length === 0) return null;
  return html`<span class="badge warn">${icon('shield')}not ${contact.suppressedScopes.map(scopeWords).join(', ')}</span>`;
}

export function tagBadge(tag: string): Html {
  return html`<a class="badge tag" href="/pages/contacts?tag=${encodeURIComponent(tag)}">${tag}</a>`;
}
