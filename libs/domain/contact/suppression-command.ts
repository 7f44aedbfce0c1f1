/** Decides what people suppress and lift: what is in force already, or was never suppressed, changes nothing. */
import type { SuppressionPii } from '#contracts/contact-events.js';
import type { Uuid } from '#contracts/ids.js';
import type { Placed, SuppressionCommandInput } from '#contracts/inputs.js';
import { get } from './dict.js';
import { Recording } from './recording.js';
import type { ContactState, SuppressionEntry } from './state.js';
import { keptScope, lifts, suppresses } from './suppression.js';

export function decideSuppressionCommand(
  state: ContactState,
  placed: Placed<SuppressionCommandInput>,
  now: number,
): Recording {
  return placed.input.data.command === 'add' ? add(state, placed, now) : lift(state, placed, now);
}

/** It is the last word on what is on record, also where that is of a sender's clock that runs ahead. */
function add(state: ContactState, placed: Placed<SuppressionCommandInput>, now: number): Recording {
  const { data, pii } = placed.input;
  const { subject = state.contactId, reason = 'command' } = data;
  const entries = get(state.suppressions, subject) ?? {};
  const scope = keptScope(entries, data.scope);
  const entry = get(entries, scope);
  const recording = new Recording(state, now, Math.max(now, entry?.at ?? 0), placed.id);
  if (!suppresses(entry, reason, recording.occurredAt)) return recording;
  const { identity } = pii;
  if (identity?.kind === 'email' && state.email === null && !state.deleted) {
    const of = subject === state.contactId ? {} : { subject };
    const event = { type: 'address_set', v: 1, data: { by: by(data), ...of }, pii: { email: identity.value } } as const;
    recording.record(event, origin(placed.id, 'address'));
  }
  recording.record(
    { type: 'suppressed', v: 1, data: { by: by(data), scope, reason, subject }, pii: told(pii) },
    origin(placed.id, 'suppress'),
  );
  return recording;
}

function lift(state: ContactState, placed: Placed<SuppressionCommandInput>, now: number): Recording {
  const { data, pii } = placed.input;
  const inForce = ofScope(state, data.scope).filter(
    ({ subject, entry }) => entry.on && (data.subject === undefined || data.subject === subject),
  );
  const latest = Math.max(now, ...inForce.map(({ entry }) => entry.at + 1));
  const recording = new Recording(state, now, latest, placed.id);
  for (const { subject, entry } of inForce) {
    if (!lifts(entry, 'command', recording.occurredAt)) continue;
    const lifted = { by: by(data), scope: data.scope, reason: 'command', subject } as const;
    recording.record({ type: 'suppression_lifted', v: 1, data: lifted, pii: told(pii) }, origin(placed.id, subject));
  }
  return recording;
}

/** What is said of the scope, address by address. */
function ofScope(
  { suppressions }: ContactState,
  scope: string,
): readonly { readonly subject: Uuid; readonly entry: SuppressionEntry }[] {
  return Object.entries(suppressions).flatMap(([subject, entries]) => {
    const entry = get(entries, scope);
    return entry === undefined ? [] : [{ subject, entry }];
  });
}

function by({ keyId }: SuppressionCommandInput['data']) {
  return { command: true, ...(keyId === undefined ? {} : { key: keyId }) } as const;
}

function told({ identity, note }: SuppressionCommandInput['pii']): SuppressionPii | null {
  const email = identity?.kind === 'email' ? { email: identity.value } : {};
  const pii = { ...email, ...(note === undefined ? {} : { note }) };
  return Object.keys(pii).length === 0 ? null : pii;
}

function origin(cause: Uuid, action: string) {
  return { cause, decision: 'suppression_command', action };
}
