/** Decides a write by the CRM, an import or the demo: only real changes become events; a refusal is an event too, so that it is known. */
import type { CommandRefused, ContactEvent } from '#contracts/contact-events.js';
import type { Sent } from '#contracts/decision.js';
import type { Uuid } from '#contracts/ids.js';
import type { ConsentWish, ContactUpsertInput, Placed } from '#contracts/inputs.js';
import type { Json } from '#contracts/json.js';
import { MAX_ATTRIBUTES, MAX_TAGS } from '#domain/rules/actions/bounds.js';
import { currentSubject } from '#domain/rules/facts.js';
import type { RulesInForce } from '#domain/rules/in-force.js';
import { get } from './dict.js';
import { runKnockOns } from './knock-on.js';
import { suggest } from './link.js';
import { Recording } from './recording.js';
import { judgeSegments } from './segments.js';
import { type ContactState, MAX_CONSENTS } from './state.js';

const by = { command: true } as const;

export function decideUpsert(
  state: ContactState,
  placed: Placed<ContactUpsertInput>,
  now: number,
  rules: RulesInForce,
): { recording: Recording; sends: readonly Sent[] } {
  const recording = new Recording(state, now, now, placed.id);
  const record = (event: ContactEvent, part: string, ordinal = 0) =>
    recording.record(event, { cause: placed.id, decision: 'contact_upsert', action: `${event.type} ${part}` }, ordinal);

  const reason = refusal(state, placed.input);
  if (reason) {
    record({ type: 'command_refused', v: 1, data: { commandId: placed.id, reason }, pii: null }, '');
    return { recording, sends: [] };
  }
  const {
    identity,
    address,
    set = {},
    clear = [],
    addTags = [],
    removeTags = [],
    stage,
    owner,
    timeZone,
    consent = {},
  } = placed.input.pii;
  if (identity.kind === 'email' && state.email === null) {
    record(
      {
        type: 'address_set',
        v: 1,
        data: { by, ...subjectOf(placed.input.data.subject) },
        pii: { email: identity.value },
      },
      '',
    );
  }
  const sends = address === undefined ? [] : moveTo(recording, placed, address);
  for (const [name, value] of assignments(set)) {
    if (!same(get(recording.state.attributes, name), value)) {
      record({ type: 'attribute_set', v: 1, data: { by, name }, pii: { value } }, name);
    }
  }
  for (const name of cleared(set, clear)) {
    if (get(recording.state.attributes, name) !== undefined) {
      record({ type: 'attribute_cleared', v: 1, data: { by, name }, pii: null }, name);
    }
  }
  // Their ids stand in clear and tags do not: so a tag is told from others by its place, not by its text.
  for (const [n, tag] of addTags.entries()) {
    if (!recording.state.tags.includes(tag)) record({ type: 'tag_added', v: 1, data: { by }, pii: { tag } }, '', n);
  }
  for (const [n, tag] of removeTags.entries()) {
    if (recording.state.tags.includes(tag)) record({ type: 'tag_removed', v: 1, data: { by }, pii: { tag } }, '', n);
  }
  if (stage !== undefined && stage !== state.stage)
    record({ type: 'stage_set', v: 1, data: { by }, pii: { stage } }, '');
  if (owner !== undefined && owner !== state.owner)
    record({ type: 'owner_set', v: 1, data: { by }, pii: { owner } }, '');
  if (timeZone !== undefined && timeZone !== state.timeZone)
    record({ type: 'time_zone_set', v: 1, data: { by }, pii: { timeZone } }, '');
  for (const [n, [purpose, wish]] of inNameOrder(consent).entries()) {
    const event = consentSet(state, purpose, wish, now);
    if (event) record(event, '', n);
  }
  if (placed.input.data.firesRules !== false) {
    const subject = currentSubject(recording.state) ?? state.contactId;
    judgeSegments(recording, rules, { input: placed.id, silent: false });
    runKnockOns(recording, rules, { input: placed.id, subject, late: false, rulesFrom: recording.events.length });
  } else judgeSegments(recording, rules, { input: placed.id, silent: true });
  return { recording, sends };
}

const subjectOf = (subject: Uuid | undefined) => (subject === undefined ? {} : { subject });

/** Another address than before is the contact's from now on; its key is told that it is one more alias. */
function moveTo(recording: Recording, { id, input }: Placed<ContactUpsertInput>, address: string): readonly Sent[] {
  const { addressSubject } = input.data;
  if (recording.state.email !== address) {
    const origin = { cause: id, decision: 'contact_upsert', action: 'address' };
    const data = { by, ...subjectOf(addressSubject) };
    recording.record({ type: 'address_set', v: 1, data, pii: { email: address } }, origin);
  }
  if (addressSubject === undefined) return [];
  return suggest(recording, addressSubject, { kind: 'email', value: address }, id, true);
}

function refusal(state: ContactState, { data, pii }: ContactUpsertInput): CommandRefused['data']['reason'] | null {
  if (data.expectedVersion !== undefined && data.expectedVersion !== state.version) return 'version_mismatch';
  if (data.mustExist && (state.version === 0 || state.deleted)) return 'unknown_contact';
  const names = new Set([...Object.keys(state.attributes), ...assignments(pii.set ?? {}).map(([name]) => name)]);
  if (names.size > MAX_ATTRIBUTES) return 'too_many_attributes';
  const purposes = new Set([...Object.keys(state.consent), ...Object.keys(pii.consent ?? {})]);
  if (purposes.size > MAX_CONSENTS) return 'too_many_consents';
  return new Set([...state.tags, ...(pii.addTags ?? [])]).size > MAX_TAGS ? 'too_many_tags' : null;
}

type Assigned = NonNullable<ContactUpsertInput['pii']['set']>;

/** The latest word counts: one that was said earlier, or says the same, changes nothing. */
function consentSet(state: ContactState, purpose: string, wish: ConsentWish, now: number): ContactEvent | null {
  const { given, source } = wish;
  const at = Math.min(wish.at ?? now, now);
  const before = get(state.consent, purpose);
  if (before && (before.given === given || before.at > at)) return null;
  const pii = { purpose, ...(source === undefined ? {} : { source }) };
  return { type: 'consent_set', v: 1, data: { by, given, at }, pii };
}

/** So that the order of the caller's keys does not matter. */
function inNameOrder<T>(of: { readonly [name: string]: T }): readonly (readonly [string, T])[] {
  return Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1));
}

function assignments(set: Assigned): readonly (readonly [string, Json])[] {
  return inNameOrder(set).filter(([, value]) => value !== null);
}

/** Setting null is clearing. */
function cleared(set: Assigned, clear: readonly string[]): readonly string[] {
  const nulls = Object.keys(set).filter((name) => set[name] === null);
  return [...new Set([...nulls, ...clear])].sort();
}

function same(a: Json | undefined, b: Json): boolean {
  return a === b || (a !== undefined && JSON.stringify(a) === JSON.stringify(b));
}
