/** An event of the company's own (form sent, page seen, deal moved), checked: what it is called, when it was, what it says. */
import type { EngagementType } from '#contracts/engagement.js';
import type { Identity, Uuid } from '#contracts/ids.js';
import type { JsonObject } from '#contracts/json.js';
import { HORIZON } from '#domain/rules/duration.js';
import { identityOf, type WishProblem } from './contact-wish.js';

export interface EventWish {
  /** `custom.NAME`, or NAME alone. */
  readonly type: string;
  readonly contactId?: Uuid | undefined;
  readonly email?: string | undefined;
  readonly externalId?: string | undefined;
  /** The sender's own id of it: sent again under it, it counts once. */
  readonly id?: string | undefined;
  /** Milliseconds; left out: when it is received. */
  readonly occurredAt?: number | undefined;
  readonly properties?: JsonObject | undefined;
}

export interface WishedEvent {
  readonly type: EngagementType;
  readonly identity: Identity;
  readonly id: string | null;
  readonly occurredAt: number | null;
  readonly properties: JsonObject;
}

const EVENT_NAME = /^[a-z0-9](?:[a-z0-9_.-]{0,78}[a-z0-9])?$/;
const MAX_ID = 200;
export const MAX_PROPERTIES = 100;
const MAX_PROPERTIES_TEXT = 20_000;
const MAX_DEPTH = 5;
const PROPERTY_NAME = /^[a-zA-Z_][a-zA-Z0-9_]{0,63}$/;

/** Every problem, or the event. `now`: milliseconds. */
export function readEvent(wish: EventWish, now: number): WishedEvent | { readonly problems: readonly WishProblem[] } {
  const problems: WishProblem[] = [];
  const complain = (field: string, problem: string) => problems.push({ field, problem });
  const name = wish.type.replace(/^custom\./, '');
  if (!EVENT_NAME.test(name))
    complain('type', 'a name has small letters, digits, dots, - and _: write custom.form_sent');
  const { contactId, email, externalId, properties = {} } = wish;
  const identity = identityOf({ id: contactId, email, externalId }, complain);
  if (wish.id !== undefined && (wish.id.trim() === '' || wish.id.length > MAX_ID))
    complain('id', `expected 1 to ${MAX_ID} characters`);
  if (wish.occurredAt !== undefined && now - wish.occurredAt > HORIZON)
    complain('occurredAt', 'more than 400 days ago: nothing is remembered for longer');
  checkProperties(properties, complain);
  if (problems.length > 0 || identity === null) return { problems };
  const type: EngagementType = `custom.${name}`;
  return { type, identity, id: wish.id ?? null, occurredAt: wish.occurredAt ?? null, properties };
}

function checkProperties(properties: JsonObject, complain: (field: string, problem: string) => void): void {
  const names = Object.keys(properties);
  if (names.length > MAX_PROPERTIES) complain('properties', `at most ${MAX_PROPERTIES} properties`);
  if (JSON.stringify(properties).length > MAX_PROPERTIES_TEXT)
    complain('properties', `at most ${MAX_PROPERTIES_TEXT} characters as JSON`);
  for (const name of names) {
    if (!PROPERTY_NAME.test(name))
      complain(`properties.${name.slice(0, 60)}`, 'a property has letters, digits and underscores, no digit first');
    else if (depthOf(properties[name]) > MAX_DEPTH)
      complain(`properties.${name}`, `nested more than ${MAX_DEPTH} deep`);
  }
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
