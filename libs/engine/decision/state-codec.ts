/** A contact's state as it is stored: whole, sealed under the contact's key, bound to the contact and its version. */
import type { Uuid } from '#contracts/ids.js';
import type { Json } from '#contracts/json.js';
import type { DataKey } from '#engine/sealing/sealing.js';

const placeOf = (contactId: Uuid, version: number): string => `state:${contactId}:${version}`;

export function sealState<State>(state: State, contactId: Uuid, version: number, key: DataKey): Buffer {
  return key.seal(state as Json, placeOf(contactId, version));
}

/** `initial`: gives the members that states had not yet when this one was stored. Throws PoisonError when it does not open. */
export function openState<State>(
  initial: State,
  sealed: Buffer,
  contactId: Uuid,
  version: number,
  key: DataKey,
): State {
  return { ...initial, ...(key.open(sealed, placeOf(contactId, version)) as State) };
}
