/** The record in memory: for pure tests. A transaction works on a copy and replaces the whole at its end. */
import type { ContactEventRow } from '#contracts/contact-event-record.js';
import { isEngagement } from '#contracts/contact-events.js';
import type { Uuid } from '#contracts/ids.js';
import type { Appendable } from '#contracts/record.js';
import { generationOf } from '#contracts/topics.js';
import type { QuarantineRow } from '#engine/deliveries/moved.js';
import type { Checkpoints } from '#engine/log/checkpoints.js';
import { FencedError } from '#engine/log/errors.js';
import type { Fence } from '#engine/log/log.js';
import { inMemoryTransaction, type MemoryTransaction } from '#engine/transaction/memory-transaction.js';
import {
  type Activation,
  type ArmedTimer,
  type BooksChange,
  type Changes,
  type ContactRef,
  type DecisionStore,
  type DecisionUnit,
  HOLD_AFTER,
  type Loaded,
  type ParkedChange,
  type ParkedInput,
  type SeenKey,
  type StateChange,
  type TokenClaim,
  type TokenOnRecord,
} from './store.js';

export class MemoryTables {
  keys = new Map<string, Buffer>();
  states = new Map<string, StateChange>();
  events: readonly ContactEventRow[] = [];
  heads = new Map<number, number>();
  seen = new Set<string>();
  books = new Map<string, BooksChange & { readonly lane: number }>();
  parked = new Map<string, ParkedInput & { readonly state: ParkedChange['state'] }>();
  activations: readonly Activation[] = [];
  forwards: readonly Appendable[] = [];
  held = new Set<Uuid>();
  tokens = new Map<string, TokenOnRecord>();
  quarantine = new Map<Uuid, QuarantineRow>();
  /** By contact and purpose. */
  timers = new Map<string, ArmedTimer>();

  copy(): MemoryTables {
    const copy = new MemoryTables();
    copy.keys = new Map(this.keys);
    copy.states = new Map(this.states);
    copy.events = this.events;
    copy.heads = new Map(this.heads);
    copy.seen = new Set(this.seen);
    copy.books = new Map(this.books);
    copy.parked = new Map(this.parked);
    copy.activations = this.activations;
    copy.forwards = this.forwards;
    copy.held = new Set(this.held);
    copy.tokens = new Map(this.tokens);
    copy.quarantine = new Map(this.quarantine);
    copy.timers = new Map(this.timers);
    return copy;
  }
}

export class MemoryDecisionStore implements DecisionStore {
  tables = new MemoryTables();
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly checkpoints: Pick<Checkpoints<MemoryTransaction>, 'advance'>) {}

  async transaction(
    fence: Fence,
    first: number,
    next: number,
    work: (unit: DecisionUnit) => Promise<void>,
  ): Promise<void> {
    const earlier = this.#last;
    const run = earlier
      .catch(() => undefined)
      .then(() =>
        inMemoryTransaction(async (tx) => {
          await this.checkpoints.advance(tx, fence, first, next);
          const draft = this.tables.copy();
          await work(new MemoryUnit(draft));
          tx.write(() => {
            this.tables = draft;
          });
        }),
      );
    this.#last = run;
    await run;
  }
}

const contactName = ({ workspaceId, contactId }: ContactRef): string => `${workspaceId}/${contactId}`;
const seenName = ({ workspaceId, key, month }: SeenKey): string => `${workspaceId}/${key}/${month}`;
const placeName = (place: { topic: string; partition: number; position: number }): string =>
  `${place.topic}/${place.partition}/${place.position}`;

class MemoryUnit implements DecisionUnit {
  constructor(private readonly tables: MemoryTables) {}

  async load(contacts: readonly ContactRef[], seen: readonly SeenKey[]): Promise<Loaded> {
    const { keys, states, parked } = this.tables;
    const waiting = new Set([...parked.values()].filter(isParked).map(nameOfParked));
    return {
      contacts: contacts.map(({ workspaceId, contactId }) => {
        const name = contactName({ workspaceId, contactId });
        const state = states.get(name) ?? null;
        return { workspaceId, contactId, wrappedKey: keys.get(name) ?? null, state, parked: waiting.has(name) };
      }),
      seen: seen.filter((one) => this.tables.seen.has(seenName(one))),
      held: new Set(contacts.map(({ workspaceId }) => workspaceId).filter((id) => this.tables.held.has(id))),
    };
  }

  async claim(claims: readonly TokenClaim[]): Promise<readonly TokenOnRecord[]> {
    return claims.map(({ workspaceId, token, body }) => {
      const name = `${workspaceId}/${token}`;
      const known = this.tables.tokens.get(name) ?? { workspaceId, token, body };
      this.tables.tokens.set(name, known);
      return known;
    });
  }

  async engagements(contacts: readonly ContactRef[]) {
    const names = new Set(contacts.map(contactName));
    return this.tables.events
      .filter((event) => isEngagement(event.type) && names.has(contactName(event)))
      .sort((a, b) => a.version - b.version);
  }

  async parked(contact: ContactRef, limit: number): Promise<readonly ParkedInput[]> {
    return [...this.tables.parked.values()]
      .filter((row) => isParked(row) && nameOfParked(row) === contactName(contact))
      .sort((a, b) => generationOf(a.topic) - generationOf(b.topic) || a.position - b.position)
      .slice(0, limit);
  }

  async write(changes: Changes): Promise<void> {
    const { tables } = this;
    for (const made of changes.keys) {
      if (tables.keys.has(contactName(made))) throw new FencedError('a contact key was made by another');
      tables.keys.set(contactName(made), made.wrapped);
    }
    for (const state of changes.states) {
      if ((tables.states.get(contactName(state))?.version ?? null) !== state.loaded)
        throw new FencedError('a contact state was changed by another');
      tables.states.set(contactName(state), state);
    }
    const head = tables.heads.get(changes.lane) ?? 0;
    const placed = changes.events.map((event, index) => ({ ...event, lane: changes.lane, position: head + index }));
    tables.events = [...tables.events, ...placed];
    tables.heads.set(changes.lane, head + placed.length);
    for (const one of changes.seen) tables.seen.add(seenName(one));
    for (const one of changes.books) this.book(one, changes.lane);
    for (const row of changes.parked) tables.parked.set(placeName(row), { ...row, state: 'parked' });
    for (const row of changes.parked)
      if (this.poisonOf(row.workspaceId) >= HOLD_AFTER) tables.held.add(row.workspaceId);
    for (const change of changes.unparked) {
      const row = tables.parked.get(placeName(change));
      if (row !== undefined) tables.parked.set(placeName(change), { ...row, ...change });
    }
    for (const row of changes.quarantined) if (!tables.quarantine.has(row.id)) tables.quarantine.set(row.id, row);
    tables.activations = [...tables.activations, ...changes.activations];
    tables.forwards = [...tables.forwards, ...changes.forwards];
    armInMemory(tables.timers, changes.timers);
  }

  private poisonOf(workspaceId: Uuid): number {
    const rows = [...this.tables.parked.values()];
    return rows.filter((row) => row.workspaceId === workspaceId && row.reason === 'poison' && isParked(row)).length;
  }

  private book(change: BooksChange, lane: number): void {
    const name = `${change.workspaceId}/${change.sourceId}/${change.hour}/${lane}`;
    const row = this.tables.books.get(name) ?? {
      ...change,
      applied: 0,
      duplicate: 0,
      tooLate: 0,
      parked: 0,
      quarantined: 0,
      lane,
    };
    this.tables.books.set(name, {
      ...row,
      applied: row.applied + change.applied,
      duplicate: row.duplicate + change.duplicate,
      tooLate: row.tooLate + change.tooLate,
      parked: row.parked + change.parked,
      quarantined: row.quarantined + change.quarantined,
    });
  }
}

/** As `insert … on conflict do update set due_at = least(…)` does. */
export function armInMemory(timers: Map<string, ArmedTimer>, armed: readonly ArmedTimer[]): void {
  for (const timer of armed) {
    const name = `${contactName(timer)}/${timer.purpose}`;
    const known = timers.get(name);
    if (known === undefined || timer.dueAt < known.dueAt) timers.set(name, timer);
  }
}

const isParked = (row: { readonly state: ParkedChange['state'] }): boolean => row.state === 'parked';
const nameOfParked = (row: { readonly workspaceId: Uuid; readonly contactId: Uuid | null }): string =>
  `${row.workspaceId}/${row.contactId}`;
