/** One contact while a segment is decided: its state as loaded and as it becomes, and its key. */
import type { ContactEvent, Recorded } from '#contracts/contact-events.js';
import type { Decider } from '#contracts/decision.js';
import { PoisonError } from '#engine/log/errors.js';
import type { ContactKeyCache } from '#engine/sealing/contact-key-cache.js';
import type { DataKey } from '#engine/sealing/sealing.js';
import { openState, sealState } from './state-codec.js';
import type { ContactRef, LoadedContact, StateChange } from './store.js';

export class ContactWork<State, Rules> {
  state: State;
  /** An earlier input is parked: this one and all later ones queue behind it. */
  parked: boolean;
  /** Why its state or history does not open; its next input parks with it. */
  poison: PoisonError | null = null;
  #key: DataKey | null = null;
  #wrapped: Buffer | null = null;
  /** As the last event decided here left it: what history it was given since is not part of it. */
  #folded: State | null = null;

  constructor(
    private readonly loaded: LoadedContact,
    private readonly decider: Decider<State, Rules>,
    private readonly keys: ContactKeyCache,
  ) {
    const { workspaceId, contactId, wrappedKey, state } = loaded;
    this.parked = loaded.parked;
    this.state = decider.initial(workspaceId, contactId);
    try {
      if (wrappedKey !== null) this.#key = keys.open(workspaceId, contactId, wrappedKey);
      // What a state of an earlier release lacks is as it is at first.
      if (state !== null) this.state = Object.assign({}, this.state, this.openState(state));
    } catch (error) {
      if (!(error instanceof PoisonError)) throw error;
      this.poison = error;
    }
  }

  private openState(state: { readonly version: number; readonly sealed: Buffer }): State {
    if (this.#key === null) throw new PoisonError('the contact has a state and no key');
    const { workspaceId, contactId } = this.loaded;
    return openState(this.decider.initial(workspaceId, contactId), state.sealed, contactId, state.version, this.#key);
  }

  get ref(): ContactRef {
    return this.loaded;
  }

  /** True when there may be events of it in the store. */
  get stored(): boolean {
    return this.loaded.state !== null;
  }

  /** The key to park its inputs under; null where there is one that does not open, which no other may take the place of. */
  parkingKey(): DataKey | null {
    return this.#key === null && this.loaded.wrappedKey !== null ? null : this.key();
  }

  /** The contact's key, made now if it has none. */
  key(): DataKey {
    if (this.#key === null) {
      const made = this.keys.create(this.loaded.workspaceId, this.loaded.contactId);
      this.#key = made.key;
      this.#wrapped = made.wrapped;
    }
    return this.#key;
  }

  /** The key that has to be written before anything sealed under it, if one was made. */
  madeKey(): (ContactRef & { readonly wrapped: Buffer }) | null {
    const { workspaceId, contactId } = this.loaded;
    return this.#wrapped === null ? null : { workspaceId, contactId, wrapped: this.#wrapped };
  }

  /** Folds what was decided. A state is saved with its events only: so the counters in it are those of its last event's place. */
  fold(events: readonly Recorded<ContactEvent>[]): void {
    if (events.length === 0) return;
    let state = this.state;
    for (const event of events) state = this.decider.evolve(state, event);
    this.state = state;
    this.#folded = state;
  }

  /** The state to save, sealed; null when nothing was decided. */
  change(): StateChange | null {
    if (this.#folded === null) return null;
    const { workspaceId, contactId } = this.loaded;
    const version = this.decider.versionOf(this.#folded);
    return {
      ...{ workspaceId, contactId, version },
      loaded: this.loaded.state?.version ?? null,
      recordedAt: this.decider.recordedAtOf(this.#folded),
      sealed: sealState(this.#folded, contactId, version, this.key()),
    };
  }
}
