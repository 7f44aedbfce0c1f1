/** Drives decisions over a log in memory, batch by batch, on whichever store is tested. */

import type { Decider } from '#contracts/decision.js';
import type { Uuid } from '#contracts/ids.js';
import type { Input } from '#contracts/inputs.js';
import type { LogRecord } from '#contracts/record.js';
import { partitionOf } from '#contracts/topics.js';
import { type Decisions, decisions } from '#engine/decision/decide-batch.js';
import { openEvent } from '#engine/decision/event-codec.js';
import type { MemoryTables } from '#engine/decision/memory-store.js';
import type { RecordReader } from '#engine/decision/record-reader.js';
import { type ReplayOptions, type ReplayReport, replayContacts } from '#engine/decision/replay.js';
import { RulesInForce } from '#engine/decision/rules-in-force.js';
import type { CompileRules, RuleSource, RulesRegistry } from '#engine/decision/rules-registry.js';
import { RulesTimeline } from '#engine/decision/rules-timeline.js';
import { openState } from '#engine/decision/state-codec.js';
import type { DecisionStore } from '#engine/decision/store.js';
import type { Leases } from '#engine/log/checkpoints.js';
import type { Batch, Fence } from '#engine/log/log.js';
import { ContactKeyCache } from '#engine/sealing/contact-key-cache.js';
import type { MasterKey, WorkspaceKeys } from '#engine/sealing/sealing.js';
import type { Timers } from '#engine/timers/timers.js';
import { contactIdOf, ENGAGEMENTS, type EngagementWish, engagement, idOf, inputRecord, T0 } from './engagements.js';
import { compileTally, Tally, type TallyRules, type TallyState } from './tally.js';

/** What a store needs to be tested. */
export interface DecisionWorld {
  readonly store: DecisionStore;
  readonly leases: Pick<Leases, 'take'>;
  readonly registry: RulesRegistry;
  readonly reader: RecordReader;
  readonly master: MasterKey;
  readonly workspaces: WorkspaceKeys;
  /** Workspaces that exist. */
  readonly workspaceIds: readonly [Uuid, Uuid];
  addVersions(workspaceId: Uuid, versions: readonly RuleSource[]): Promise<void>;
  /** Makes the sealed parts of a contact's events unreadable. */
  spoil(contactId: Uuid): Promise<void>;
  /** Ends the hold of a workspace. */
  release(workspaceId: Uuid): Promise<void>;
  readonly timers: Timers;
  /** Deletes the states and nothing else. */
  forgetStates(): Promise<void>;
  /** Everything stored, as it is: sealed. */
  tables(): Promise<MemoryTables>;
}

export const GROUP = 'rules';

/** The decider that is driven; the smallest by default. */
export interface Driven<State, Rules> {
  readonly decider: Decider<State, Rules>;
  readonly compile: CompileRules<Rules>;
}

export class Driver<State = TallyState, Rules = TallyRules> {
  readonly tally = new Tally();
  readonly decided: number[] = [];
  readonly handlers: Decisions;
  readonly log: LogRecord[][];
  /** Of all partitions, as they were appended. */
  readonly appended: LogRecord[] = [];
  #fences = new Map<number, Fence>();
  #next: number[];

  constructor(
    readonly world: DecisionWorld,
    partitions = 1,
    private readonly driven?: Driven<State, Rules>,
  ) {
    this.log = Array.from({ length: partitions }, () => []);
    this.#next = this.log.map(() => 0);
    this.handlers = this.process();
  }

  /** The handlers of one process: its caches are its own. */
  process(): Decisions {
    const { store, registry, workspaces, master } = this.world;
    const { decider, compile } = this.what();
    return decisions({
      store,
      decider,
      rules: new RulesInForce(registry, compile),
      keys: { workspaces, contacts: new ContactKeyCache(master) },
      decided: (lane) => this.decided.push(lane),
    });
  }

  private what(): Driven<State, Rules> {
    return this.driven ?? ({ decider: this.tally, compile: compileTally } as unknown as Driven<State, Rules>);
  }

  /** Replays the first workspace, on nothing but what is stored. */
  async replay(options: ReplayOptions = {}): Promise<ReplayReport> {
    const { registry, master, reader } = this.world;
    const { decider, compile } = this.what();
    const timeline = new RulesTimeline(registry, new RulesInForce(registry, compile));
    return replayContacts({ reader, decider, timeline, keys: new ContactKeyCache(master) }, this.workspaceId, options);
  }

  get workspaceId(): Uuid {
    return this.world.workspaceIds[0];
  }

  contactId(contact: string, workspaceId = this.workspaceId): Promise<Uuid> {
    return contactIdOf(this.world.workspaces, workspaceId, contact);
  }

  /** Appends an engagement; `name` makes the record's id, so a retry of the provider has another name and the same nonce. */
  async engagement(wish: Omit<EngagementWish, 'workspaceId'> & { readonly workspaceId?: Uuid }, name = wish.nonce) {
    const workspaceId = wish.workspaceId ?? this.workspaceId;
    return this.input(engagement({ ...wish, workspaceId }), wish.contact, name, workspaceId, wish.at);
  }

  async input(input: Input, contact: string, name: string, workspaceId = this.workspaceId, at = T0) {
    const key = await this.contactId(contact, workspaceId);
    const partition = partitionOf(key, this.log.length);
    return this.append(
      await inputRecord(this.world.workspaces, input, { workspaceId, key, name }, { ...this.end(partition), at }),
    );
  }

  /** Publishes to every partition, as the publisher does. */
  async publish(
    number: number,
    rules: readonly { rule: string; version: number | null }[],
    workspaceId = this.workspaceId,
  ) {
    const data = { publicationId: idOf(`publication ${number}`), number, rules };
    for (const partition of this.log.keys()) {
      const of = { workspaceId, key: null, name: `publication ${number} ${partition}` };
      const input: Input = { type: 'rules_published', v: 1, data, pii: null };
      this.append(await inputRecord(this.world.workspaces, input, of, this.end(partition)));
    }
  }

  /** Appends a record as it is, at the end of its partition. */
  append(record: LogRecord): LogRecord {
    this.log[record.partition]?.push(record);
    this.appended.push(record);
    return record;
  }

  end(partition: number): { partition: number; position: number } {
    return { partition, position: this.log[partition]?.length ?? 0 };
  }

  async fence(partition: number): Promise<Fence> {
    const known = this.#fences.get(partition);
    if (known) return known;
    return this.take(partition);
  }

  /** Takes the partition anew: the fence of before is void. */
  async take(partition: number): Promise<Fence> {
    const taken = await this.world.leases.take(GROUP, ENGAGEMENTS, partition, 'driver');
    if (taken === null) throw new Error('the partition is not to be had');
    this.#fences.set(partition, taken.fence);
    this.#next[partition] = taken.next;
    return taken.fence;
  }

  /** The next `size` records of a partition under its fence. */
  async batch(partition = 0, size = 500): Promise<Batch> {
    const fence = await this.fence(partition);
    const first = this.#next[partition] ?? 0;
    const records = (this.log[partition] ?? []).slice(first, first + size);
    return { fence, first, next: first + records.length, records, attempt: 0, signal: new AbortController().signal };
  }

  /** Decides what is left of all partitions, in batches of `size`. */
  async run(size: () => number = () => 500, handlers: Decisions = this.handlers): Promise<void> {
    for (const partition of this.log.keys()) await this.runPartition(partition, size, handlers);
  }

  async runPartition(
    partition: number,
    size: () => number = () => 500,
    handlers: Decisions = this.handlers,
  ): Promise<void> {
    for (let batch = await this.batch(partition, size()); batch.records.length > 0; ) {
      await handlers.onBatch(batch);
      this.moved(batch);
      batch = await this.batch(partition, size());
    }
  }

  /** A batch was committed. */
  moved(batch: Batch): void {
    this.#next[batch.fence.partition] = batch.next;
  }

  /** All that is stored, opened and in an order of its own; JSON text where the byte counts. */
  async dump() {
    const tables = await this.world.tables();
    const keys = new ContactKeyCache(this.world.master);
    const keyOf = (workspaceId: Uuid, contactId: Uuid) => {
      const wrapped = tables.keys.get(`${workspaceId}/${contactId}`);
      if (wrapped === undefined) throw new Error('sealed, and no key');
      return keys.open(workspaceId, contactId, wrapped);
    };
    const states = [...tables.states.values()].map((row) => {
      const key = keyOf(row.workspaceId, row.contactId);
      const initial = this.what().decider.initial(row.workspaceId, row.contactId);
      const state = openState(initial, row.sealed, row.contactId, row.version, key);
      return {
        contactId: row.contactId,
        version: row.version,
        recordedAt: row.recordedAt,
        state: JSON.stringify(state),
      };
    });
    const events = tables.events.map((row) => ({ ...openEvent(row, keyOf(row.workspaceId, row.contactId)) }));
    return {
      states: sorted(states, (row) => row.contactId),
      events: sorted(events, (row) => String(row.lane).padStart(8) + String(row.position).padStart(8)),
      seen: [...tables.seen].sort(),
      books: sorted([...tables.books.values()], (row) => row.workspaceId + row.sourceId + row.hour + row.lane),
      parked: sorted(
        [...tables.parked.values()],
        (row) => row.topic + row.partition + String(row.position).padStart(8),
      ),
      activations: sorted(
        [...tables.activations],
        (row) => row.rule + row.partition + String(row.position).padStart(8),
      ),
      heads: [...tables.heads].sort(([a], [b]) => a - b),
      forwards: tables.forwards,
    };
  }
}

function sorted<T>(rows: readonly T[], name: (row: T) => string): T[] {
  return rows.toSorted((a, b) => (name(a) < name(b) ? -1 : 1));
}
