/** Decides inputs in log order over loaded contacts and collects what is to be written. No I/O but the reading of histories. */
import type { Decider } from '#contracts/decision.js';
import { forwardId, type Uuid } from '#contracts/ids.js';
import type { EngagementInput, Input, Placed } from '#contracts/inputs.js';
import type { Appendable } from '#contracts/record.js';
import type { QuarantineRow } from '#engine/deliveries/moved.js';
import { PoisonError } from '#engine/log/errors.js';
import type { ContactKeyCache } from '#engine/sealing/contact-key-cache.js';
import { sealInput } from '#engine/sealing/input-codec.js';
import { type Asked, seenName } from './asked.js';
import { Books } from './books.js';
import { ContactWork } from './contact-work.js';
import { sealEvent } from './event-codec.js';
import { Histories } from './histories.js';
import type { Opened, RecordKeys } from './opened.js';
import { parkedInput } from './parking.js';
import { type Replayed, refusedRow } from './replayed.js';
import type {
  ArmedTimer,
  Changes,
  ContactRef,
  DecisionUnit,
  Loaded,
  ParkedChange,
  ParkedInput,
  SealedEvent,
  SeenKey,
} from './store.js';

export interface SegmentParts<State, Rules> {
  readonly decider: Decider<State, Rules>;
  readonly contactKeys: ContactKeyCache;
  readonly dayKeys: RecordKeys;
  readonly lane: number;
  /** What is in force, by workspace. */
  readonly rules: ReadonlyMap<Uuid, Rules>;
  readonly replayed: Replayed;
}

/** Histories are read for so many contacts at a time: what is held in memory stays bounded. */
const REFOLD_AT_ONCE = 25;

const nameOf = (workspaceId: Uuid, id: Uuid): string => workspaceId + id;

export class SegmentWork<State, Rules> {
  readonly #contacts = new Map<string, ContactWork<State, Rules>>();
  readonly #onRecord: Set<string>;
  readonly #held: ReadonlySet<Uuid>;
  readonly #seen = new Map<string, SeenKey>();
  readonly #events: SealedEvent[] = [];
  readonly #parked: ParkedInput[] = [];
  readonly #forwards: Appendable[] = [];
  readonly #timers = new Map<string, ArmedTimer>();
  readonly #quarantined: QuarantineRow[] = [];
  readonly #books = new Books();

  constructor(
    private readonly parts: SegmentParts<State, Rules>,
    loaded: Loaded,
    private readonly asked: Asked,
  ) {
    this.#held = loaded.held;
    this.#onRecord = new Set(loaded.seen.map(({ workspaceId, key, month }) => seenName(workspaceId, key, month)));
    for (const contact of loaded.contacts)
      this.#contacts.set(
        nameOf(contact.workspaceId, contact.contactId),
        new ContactWork(contact, parts.decider, parts.contactKeys),
      );
  }

  /**
   * Gives the counters that the rules ask for to the contacts whose state lacks them: from their events and those of their aliases. An
   * alias itself hands on what comes, and needs none.
   */
  async refold(unit: DecisionUnit): Promise<void> {
    const contacts = [...this.#contacts.values()].filter(({ state }) => this.ownerOf(state) === null);
    await this.refoldThese(unit, contacts);
  }

  /** The same for the contact of one input, which what came before it in this segment may have changed. */
  async refoldFor(unit: DecisionUnit, { record: { workspaceId, key }, placed }: Opened): Promise<void> {
    if (key === null || placed === null) return;
    const contact = this.contact(workspaceId, key);
    if (this.ownerOf(contact.state) === null || this.keeps(placed)) await this.refoldThese(unit, [contact]);
  }

  private async refoldThese(unit: DecisionUnit, contacts: readonly ContactWork<State, Rules>[]): Promise<void> {
    const { decider } = this.parts;
    const lacking = contacts.filter(
      ({ poison, state, ref }) => poison === null && decider.lacksHistory(state, this.rulesOf(ref)),
    );
    for (let from = 0; from < lacking.length; from += REFOLD_AT_ONCE) {
      const some = lacking.slice(from, from + REFOLD_AT_ONCE);
      const histories = await Histories.load(unit, this.#events, this.parts, some);
      for (const contact of some) this.giveHistory(contact, histories);
    }
  }

  private ownerOf(state: State): Uuid | null {
    return this.parts.decider.linkedTo?.(state) ?? null;
  }

  private keeps({ input }: Placed): boolean {
    return this.parts.decider.keeps?.(input) ?? false;
  }

  private giveHistory(contact: ContactWork<State, Rules>, histories: Histories): void {
    try {
      const aliases = this.parts.decider.aliasesOf?.(contact.state) ?? [];
      const engagements = histories.of(contact.ref, contact.key(), aliases);
      contact.state = this.parts.decider.withHistory(contact.state, this.rulesOf(contact.ref), engagements);
    } catch (error) {
      if (!(error instanceof PoisonError)) throw error;
      contact.poison = error;
    }
  }

  private rulesOf({ workspaceId }: ContactRef): Rules {
    const rules = this.parts.rules.get(workspaceId);
    if (rules === undefined) throw new Error('no rules were loaded for a workspace of the batch');
    return rules;
  }

  contact(workspaceId: Uuid, contactId: Uuid): ContactWork<State, Rules> {
    const contact = this.#contacts.get(nameOf(workspaceId, contactId));
    if (contact === undefined) throw new Error('a contact of the batch was not loaded');
    return contact;
  }

  /** Decides an input, or parks it when it cannot be decided, one before it is parked, or its workspace is held. */
  take(opened: Opened): void {
    const { workspaceId, key } = opened.record;
    const contact = key === null ? null : this.contact(workspaceId, key);
    if (contact !== null && (contact.parked || this.#held.has(workspaceId))) {
      contact.parked = true;
      this.park(opened, contact, 'behind', null);
      return;
    }
    const poison = contact === null ? opened.poison : this.decide(opened, contact, opened.placed);
    if (poison === null) return;
    if (contact !== null) contact.parked = true;
    this.park(opened, contact, 'poison', poison);
  }

  /** Decides an input at the place of `at` (an unparked one stands where its unparking stands). Answers why it cannot be, or null. */
  decide(opened: Opened, contact: ContactWork<State, Rules>, at: Placed | null): PoisonError | null {
    if (opened.poison !== null) return opened.poison;
    if (contact.poison !== null) return contact.poison;
    const { topic, partition, position } = at ?? opened.placed;
    const placed = { ...opened.placed, topic, partition, position };
    try {
      const owner = this.ownerOf(contact.state);
      // What goes on from here is sealed today: the day an unparked input came under may be over.
      const { recordedAt: today } = at ?? opened.placed;
      if (owner !== null && !this.keeps(placed)) this.handOn(placed, owner, opened, today);
      else if (this.parts.replayed.inputs.has(opened)) this.refuse(placed, opened);
      else this.apply(placed, contact, opened, today);
      return null;
    } catch (error) {
      if (error instanceof PoisonError) return error;
      throw error;
    }
  }

  private apply(placed: Placed, contact: ContactWork<State, Rules>, opened: Opened, sendAt: number): void {
    const { decider } = this.parts;
    const seen = this.seenOf(opened);
    const decision = decider.decide(contact.state, placed, { rules: this.rulesOf(contact.ref), seen });
    contact.fold(decision.events);
    for (const event of decision.events) this.#events.push(sealEvent(event, placed, contact.key()));
    for (const { key, month } of decision.seen) {
      const { workspaceId } = placed;
      this.#seen.set(seenName(workspaceId, key, month), { workspaceId, key, month });
    }
    for (const { id, key, input } of decision.sends ?? []) this.send(placed, id, key, input, sendAt);
    for (const { purpose, dueAt } of decision.timers ?? []) this.arm(contact.ref, purpose, dueAt);
    if (decision.booked !== null) this.#books.count(opened.record, decision.booked);
  }

  /** The earliest wish of a purpose counts: one that fires too early is armed for the rest. */
  private arm({ workspaceId, contactId }: ContactRef, purpose: string, dueAt: number): void {
    const name = nameOf(workspaceId, contactId) + purpose;
    const known = this.#timers.get(name);
    if (known === undefined || dueAt < known.dueAt) this.#timers.set(name, { workspaceId, contactId, purpose, dueAt });
  }

  /** It changes nothing, and is kept for people to see. */
  private refuse(placed: Placed, opened: Opened): void {
    this.#quarantined.push(refusedRow(placed as Placed<EngagementInput>, this.parts.replayed.keys));
    this.#books.count(opened.record, 'quarantined');
  }

  private seenOf(opened: Opened): ReadonlySet<Uuid> {
    const seen = new Set<Uuid>();
    for (const { key, names } of this.asked.of(opened))
      if (names.some((name) => this.#onRecord.has(name) || this.#seen.has(name))) seen.add(key);
    return seen;
  }

  /**
   * An alias hands its inputs on to its owner, where they are applied and counted (engine.md 2). What it decided itself before it was one
   * is not decided again there: an input of ours is known by its id, which is another at the owner. An engagement goes on in any case:
   * its owner knows it by its own keys, and books the repeat.
   */
  private handOn(placed: Placed, owner: Uuid, opened: Opened, today: number): void {
    if (placed.input.type !== 'engagement' && this.seenOf(opened).size > 0) return;
    const input = this.parts.decider.forwarded?.(placed.input, placed.key as Uuid) ?? placed.input;
    this.send(placed, forwardId(placed.id, owner), owner, input, today);
  }

  /** `at`: when it is recorded, milliseconds. */
  private send({ topic, workspaceId }: Placed, id: Uuid, key: Uuid, input: Input, at: number): void {
    const address = { topic, key, workspaceId, id, at };
    this.#forwards.push(sealInput(input, address, this.parts.dayKeys.of(workspaceId, at)));
  }

  private park(
    opened: Opened,
    contact: ContactWork<State, Rules> | null,
    reason: ParkedInput['reason'],
    error: unknown,
  ): void {
    this.#parked.push(parkedInput(opened, contact?.parkingKey() ?? null, reason, error));
    this.#books.count(opened.record, 'parked');
  }

  /** A parked input ended: it is taken out of the parked ones of the books. */
  unbook(opened: Opened): void {
    this.#books.count(opened.record, 'parked', -1);
  }

  /** Parks an input that failed from outside (its third failure), or queues it when one before it is parked. */
  parkPoison(opened: Opened, error: unknown): void {
    const { workspaceId, key } = opened.record;
    const contact = key === null ? null : this.contact(workspaceId, key);
    this.park(opened, contact, contact?.parked ? 'behind' : 'poison', error);
  }

  /** All to be written, in key order. */
  changes(more: Partial<Pick<Changes, 'unparked' | 'activations'>> = {}): Changes {
    const contacts = [...this.#contacts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, contact]) => contact);
    const states = contacts.map((contact) => contact.change()).filter((change) => change !== null);
    return {
      lane: this.parts.lane,
      keys: contacts.map((contact) => contact.madeKey()).filter((made) => made !== null),
      events: this.#events,
      states,
      seen: [...this.#seen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, seen]) => seen),
      books: this.#books.changes(),
      parked: this.#parked,
      quarantined: this.#quarantined,
      unparked: more.unparked ?? ([] as readonly ParkedChange[]),
      activations: more.activations ?? [],
      forwards: this.#forwards,
      timers: [...this.#timers].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, timer]) => timer),
    };
  }
}
