/** Decides that a contact is forgotten: once, and only one that is there. */
import type { CommandRefused } from '#contracts/contact-events.js';
import type { ContactDeleteInput, Placed } from '#contracts/inputs.js';
import { Recording } from './recording.js';
import type { ContactState } from './state.js';

export function decideDelete(state: ContactState, placed: Placed<ContactDeleteInput>, now: number): Recording {
  const recording = new Recording(state, now, now, placed.id);
  const origin = { cause: placed.id, decision: 'contact_delete', action: '' };
  const reason = refusal(state, placed.input);
  if (reason) {
    recording.record({ type: 'command_refused', v: 1, data: { commandId: placed.id, reason }, pii: null }, origin);
  } else {
    const { pii } = placed.input;
    recording.record({ type: 'contact_deleted', v: 1, data: { by: { command: true } }, pii }, origin);
  }
  return recording;
}

function refusal(state: ContactState, { data }: ContactDeleteInput): CommandRefused['data']['reason'] | null {
  if (data.expectedVersion !== undefined && data.expectedVersion !== state.version) return 'version_mismatch';
  return state.version === 0 || state.deleted ? 'unknown_contact' : null;
}
