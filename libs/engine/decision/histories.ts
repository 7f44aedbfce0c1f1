/** Engagements of some contacts and of their aliases, as their counters are made of them: stored ones, and those decided just now. */
import type { ContactEvent, Recorded } from '#contracts/contact-events.js';
import { isEngagement } from '#contracts/contact-events.js';
import type { AliasRef, Decider } from '#contracts/decision.js';
import { PoisonError, WorldError } from '#engine/log/errors.js';
import type { ContactKeyCache } from '#engine/sealing/contact-key-cache.js';
import type { DataKey } from '#engine/sealing/sealing.js';
import { openEvent } from './event-codec.js';
import type { ContactRef, DecisionUnit, SealedEvent } from './store.js';

interface Told<State> {
  readonly ref: ContactRef;
  readonly state: State;
  /** There may be events of it in the store. */
  readonly stored: boolean;
}

const nameOf = ({ workspaceId, contactId }: ContactRef): string => workspaceId + contactId;

export class Histories {
  private constructor(
    private readonly events: ReadonlyMap<string, readonly SealedEvent[]>,
    private readonly aliasKeys: ReadonlyMap<string, Buffer | null>,
    private readonly keys: ContactKeyCache,
  ) {}

  /**
   * `decided`: events of this segment, which the store does not have yet. Throws WorldError while the record of an alias is not whole: after
   * a restore its partition may be read again later than ours.
   */
  static async load<State>(
    unit: DecisionUnit,
    decided: readonly SealedEvent[],
    parts: { readonly decider: Pick<Decider<State, never>, 'aliasesOf'>; readonly contactKeys: ContactKeyCache },
    contacts: readonly Told<State>[],
  ): Promise<Histories> {
    const merged = contacts.flatMap(({ ref, state }) => aliasRefs(ref, parts.decider.aliasesOf?.(state)));
    const aliases = inKeyOrder(merged);
    const stored = inKeyOrder([...contacts.filter((one) => one.stored).map(({ ref }) => ref), ...aliases]);
    const loaded = aliases.length === 0 ? [] : (await unit.load(aliases, [])).contacts;
    const versions = new Map(loaded.map((alias) => [nameOf(alias), alias.state?.version ?? 0]));
    if (merged.some((alias) => (versions.get(nameOf(alias)) ?? 0) < alias.version))
      throw new WorldError('the record of an alias is not whole yet');
    const rows = stored.length === 0 ? [] : await unit.engagements(stored);
    const fresh = decided.filter(({ type }) => isEngagement(type));
    return new Histories(
      Map.groupBy([...rows, ...fresh], nameOf),
      new Map(loaded.map((alias) => [nameOf(alias), alias.wrappedKey])),
      parts.contactKeys,
    );
  }

  /** Those of the aliases first. Throws PoisonError when they do not open. */
  of(contact: ContactRef, key: DataKey, aliases: readonly AliasRef[]): readonly Recorded<ContactEvent>[] {
    const ofAliases = aliasRefs(contact, aliases).flatMap((alias) => {
      const rows = this.events.get(nameOf(alias)) ?? [];
      return rows.length === 0 ? [] : opened(rows, this.keyOf(alias));
    });
    return [...ofAliases, ...opened(this.events.get(nameOf(contact)) ?? [], key)];
  }

  private keyOf(alias: ContactRef): DataKey {
    const wrapped = this.aliasKeys.get(nameOf(alias)) ?? null;
    if (wrapped === null) throw new PoisonError('an alias has events and no key');
    return this.keys.open(alias.workspaceId, alias.contactId, wrapped);
  }
}

function opened(rows: readonly SealedEvent[], key: DataKey): readonly Recorded<ContactEvent>[] {
  return rows.map((row) => openEvent(row, key));
}

function aliasRefs({ workspaceId }: ContactRef, aliases: readonly AliasRef[] = []): readonly (ContactRef & AliasRef)[] {
  return aliases.map((alias) => ({ ...alias, workspaceId }));
}

/** Each once. */
function inKeyOrder(refs: readonly ContactRef[]): readonly ContactRef[] {
  const byName = new Map(refs.map((ref) => [nameOf(ref), ref]));
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, ref]) => ref);
}
