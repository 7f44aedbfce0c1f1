/**
 * How two contacts become one (engine.md 2; docs/adr/0009): A asks B, B answers in its own stream, and only an accepted answer makes A an
 * alias. A contact accepts only while it is neither an alias nor asking itself, and asks or is an alias from its own request on: so of the
 * links of a cycle each would have been accepted before the next, and none can be. One that is asking lets those of a larger id wait for
 * its own answer and refuses the others: waiting goes from larger ids to smaller ones only, so it ends, and of two that ask each other
 * the larger one joins.
 */
import type { CommandRefused } from '#contracts/contact-events.js';
import type { Sent } from '#contracts/decision.js';
import { deriveId, type Identity, type Uuid } from '#contracts/ids.js';
import type {
  LinkAnsweredInput,
  LinkAskedInput,
  LinkInput,
  LinkRefusal,
  MergeInput,
  Placed,
} from '#contracts/inputs.js';
import { HOUR } from '#domain/rules/duration.js';
import { get } from './dict.js';
import { handedOver, united } from './merge.js';
import { told } from './merged.js';
import { mergedInto } from './profile.js';
import { Recording } from './recording.js';
import { type ContactState, MAX_ALIASES, MAX_WAITING, type Waiting } from './state.js';

/** A key that did not join is told again after this at the earliest. */
const SUGGEST_AGAIN = HOUR;

export interface LinkDecision {
  readonly recording: Recording;
  readonly sends: readonly Sent[];
}

/** Asks the other contact to take this one in. Asked twice, nothing. */
export function decideLink(state: ContactState, placed: Placed<LinkInput>, now: number): LinkDecision {
  const recording = new Recording(state, now, now, placed.id);
  const { to, command = false, moved = false, subject, expectedVersion } = placed.input.data;
  const origin = { cause: placed.id, decision: 'link', action: to };
  if (to === state.contactId || get(state.aliases, to) || state.asking?.to === to) return { recording, sends: [] };
  if (command && expectedVersion !== undefined && expectedVersion !== state.version) {
    refuse(recording, placed.id, 'version_mismatch', placed.id);
    return { recording, sends: [] };
  }
  // Its own key joined before, under another address: so it is the address that is new, and it joins the contact that is there.
  if (subject !== undefined && !command && !moved)
    return { recording, sends: [sent(placed.id, to, linkTo(state.contactId, true))] };
  if (state.asking) {
    if (command) refuse(recording, placed.id, 'link_pending', placed.id);
    return { recording, sends: [] };
  }
  const by = command ? ({ command: true } as const) : ({ engine: true } as const);
  const { identity } = placed.input.pii;
  const own = subject === undefined && identity !== undefined ? { identity } : {};
  const data = { by, to, ...(moved ? { moved } : {}) };
  const requestId = recording.record({ type: 'link_requested', v: 1, data, pii: own }, origin);
  return { recording, sends: [asked(to, waitingOf(recording.state, requestId))] };
}

/** Another asks to join this contact. */
export function decideLinkAsked(state: ContactState, placed: Placed<LinkAskedInput>, now: number): LinkDecision {
  const asker = placed.input.data;
  const { alias, requestId, aliases } = asker;
  const own = alias === state.contactId ? state.asking?.commandId : null;
  const recording = new Recording(state, now, now, own ?? placed.id);
  if (alias === state.contactId) return withdrawn(recording, asker);
  if (!state.asking) return { recording, sends: [admit(recording, asker, placed.id)] };
  if (alias < state.contactId || state.waiting.length >= MAX_WAITING)
    return { recording, sends: [answered(state.contactId, asker, 'busy')] };
  recording.record(
    { type: 'link_deferred', v: 1, data: { alias, requestId, aliases }, pii: null },
    { cause: placed.id, decision: 'link_asked', action: 'deferred' },
  );
  return { recording, sends: [] };
}

/** The other contact, or its owner, has answered. */
export function decideLinkAnswered(state: ContactState, placed: Placed<LinkAnsweredInput>, now: number): LinkDecision {
  const { requestId, owner, answer } = placed.input.data;
  const { asking } = state;
  // Of the command that asked, so that whoever gave it finds its end.
  const recording = new Recording(state, now, now, asking?.commandId ?? placed.id);
  if (asking?.requestId !== requestId) return { recording, sends: [] };
  if (answer !== 'accepted') {
    const sends = refused(recording, placed.id, answer);
    return { recording, sends };
  }
  const origin = { cause: placed.id, decision: 'link_answered', action: 'linked' };
  recording.record({ type: 'linked', v: 1, data: { contactId: owner, requestId }, pii: null }, origin);
  const input: MergeInput = {
    type: 'merge',
    v: 1,
    data: { alias: state.contactId, ...(asking.moved ? { moved: true } : {}) },
    pii: { state: handedOver(recording.state) },
  };
  // Those that waited are asked for on: its owner answers them.
  const waiting = state.waiting.map((asker) => asked(owner, asker));
  return { recording, sends: [sent(requestId, owner, input), ...waiting] };
}

/** An alias has handed over what it was. */
export function decideMerge(state: ContactState, placed: Placed<MergeInput>, now: number): Recording {
  const recording = new Recording(state, now, now, placed.id);
  const { data, pii } = placed.input;
  if (get(state.aliases, data.alias)?.merged) return recording;
  const origin = { cause: placed.id, decision: 'merge', action: data.alias };
  const joined = mergedInto(state, united(state, { ...pii.state, subject: data.alias }, data.moved ?? false));
  const { after, profile } = told(state, joined, now);
  recording.record({ type: 'merged', v: 1, data: { ...data, after }, pii: { ...pii, after: profile } }, origin);
  return recording;
}

/**
 * This contact was met together with another key: that one is told, once for so long. `identity`: what the key is the subject of;
 * `moved`: it is this contact's new address.
 */
export function suggest(
  recording: Recording,
  alias: Uuid,
  identity: Identity | undefined,
  cause: Uuid,
  moved = false,
): readonly Sent[] {
  const { contactId, aliases, asking, suggested } = recording.state;
  if (alias === contactId || get(aliases, alias) || asking?.to === alias) return [];
  const before = get(suggested, alias);
  if (before !== undefined && recording.now - before < SUGGEST_AGAIN) return [];
  const origin = { cause, decision: 'link', action: alias };
  const id = recording.record({ type: 'link_suggested', v: 1, data: { alias }, pii: null }, origin);
  return [sent(id, alias, linkTo(contactId, moved, identity))];
}

/** `moved`: the key it goes to is a new address of the contact. */
function linkTo(to: Uuid, moved: boolean, identity?: Identity): LinkInput {
  return { type: 'link', v: 1, data: { to, ...(moved ? { moved } : {}) }, pii: identity ? { identity } : {} };
}

/** How many aliases the contact has, with those it is to get. */
export function aliasCount({ aliases }: Pick<ContactState, 'aliases'>): number {
  const all = Object.values(aliases);
  return all.reduce((sum, one) => sum + one.aliases, all.length);
}

function waitingOf(state: ContactState, requestId: Uuid): Waiting {
  return { alias: state.contactId, requestId, aliases: aliasCount(state) };
}

/** Takes it in, if there is room. Gives the answer. */
function admit(recording: Recording, asker: Waiting, cause: Uuid): Sent {
  const { state } = recording;
  const { alias, requestId, aliases } = asker;
  const known = get(state.aliases, alias) !== undefined;
  if (!known && aliasCount(state) + 1 + aliases > MAX_ALIASES)
    return answered(state.contactId, asker, 'too_many_aliases');
  if (!known) {
    const origin = { cause, decision: 'link_asked', action: alias };
    recording.record({ type: 'alias_added', v: 1, data: { alias, requestId, aliases }, pii: null }, origin);
  }
  return answered(state.contactId, asker, 'accepted');
}

/** The question came back by way of aliases: the two are one contact already. */
function withdrawn(recording: Recording, { requestId }: Waiting): LinkDecision {
  if (recording.state.asking?.requestId !== requestId) return { recording, sends: [] };
  return { recording, sends: refused(recording, requestId, 'same_contact') };
}

/** The request came to nothing; those that waited for its end get their answers. */
function refused(recording: Recording, cause: Uuid, reason: LinkRefusal): readonly Sent[] {
  const { asking, waiting } = recording.state;
  if (!asking) return [];
  const { requestId, to, commandId } = asking;
  const origin = { cause, decision: 'link_answered', action: 'refused' };
  recording.record({ type: 'link_refused', v: 1, data: { requestId, to, reason }, pii: null }, origin);
  if (commandId !== null) refuse(recording, commandId, reason === 'busy' ? 'link_busy' : reason, cause);
  return waiting.map((asker) => admit(recording, asker, cause));
}

function refuse(recording: Recording, commandId: Uuid, reason: CommandRefused['data']['reason'], cause: Uuid): void {
  const origin = { cause, decision: 'link', action: 'command_refused' };
  recording.record({ type: 'command_refused', v: 1, data: { commandId, reason }, pii: null }, origin);
}

function asked(to: Uuid, asker: Waiting): Sent {
  const { alias, requestId, aliases } = asker;
  return sent(requestId, to, { type: 'link_asked', v: 1, data: { alias, requestId, aliases }, pii: null });
}

function answered(owner: Uuid, { alias, requestId }: Waiting, answer: LinkAnsweredInput['data']['answer']): Sent {
  return sent(requestId, alias, { type: 'link_answered', v: 1, data: { requestId, owner, answer }, pii: null });
}

/** One cause sends one input of a type to one key. */
function sent(cause: Uuid, key: Uuid, input: Sent['input']): Sent {
  return { id: deriveId('sent', cause, input.type, key), key, input };
}
