/** Events of contacts as the store holds them, written by hand: for specs of what reads them. */
import { type ContactEventRow, contactEventRecord } from '#contracts/contact-event-record.js';
import type { ContactEvent } from '#contracts/contact-events.js';
import { deriveId, type Uuid } from '#contracts/ids.js';
import type { Json, JsonObject } from '#contracts/json.js';
import type { LogRecord } from '#contracts/record.js';
import { laneOf } from '#contracts/topics.js';
import { memoryMasterKey } from '#engine/sealing/memory-keys.js';
import { contactOwner } from '#engine/sealing/owners.js';
import type { ContactKeys, DataKey, MasterKey } from '#engine/sealing/sealing.js';

/** 2026-11-01T09:00:00Z; each event is recorded a second after the one before it. */
export const START = Date.parse('2026-11-01T09:00:00Z');

/** What to write of an event; the rest follows from where it stands. */
export interface Written<E extends ContactEvent = ContactEvent> {
  readonly type: E['type'];
  readonly data: E['data'];
  readonly pii: E['pii'];
  readonly occurredAt?: number;
  readonly recordedAt?: number;
  readonly causationId?: Uuid;
  readonly correlationId?: Uuid;
}

type AnyWritten = ContactEvent extends infer E ? (E extends ContactEvent ? Written<E> : never) : never;

/** One lane of the store: gives versions and positions, seals personal data under keys of its own. */
export class EventLane implements ContactKeys {
  readonly rows: ContactEventRow[] = [];
  readonly wrapped = new Map<string, Buffer>();
  readonly #keys = new Map<string, DataKey>();
  readonly #versions = new Map<string, number>();

  constructor(
    readonly workspaceId: Uuid = deriveId('workspace', 'acme'),
    readonly partition = 0,
    private readonly master: MasterKey = memoryMasterKey(),
  ) {}

  get lane(): number {
    return laneOf(1, this.partition);
  }

  contact(name: string): Uuid {
    return deriveId('subject', this.workspaceId, name);
  }

  /** Appends an event of the contact named so. */
  add(name: string, written: AnyWritten): ContactEventRow {
    const contactId = this.contact(name);
    const version = (this.#versions.get(contactId) ?? 0) + 1;
    this.#versions.set(contactId, version);
    const position = this.rows.length;
    const id = deriveId('event', this.workspaceId, contactId, version);
    const recordedAt = written.recordedAt ?? START + position * 1000;
    const pii = written.pii === null ? null : this.keyOf(contactId).seal(written.pii as unknown as Json, id);
    const row: ContactEventRow = {
      id,
      workspaceId: this.workspaceId,
      contactId,
      version,
      type: written.type,
      v: 1,
      occurredAt: written.occurredAt ?? recordedAt,
      recordedAt,
      causationId: written.causationId ?? deriveId('input', this.workspaceId, position),
      correlationId: written.correlationId ?? deriveId('input', this.workspaceId, position),
      data: written.data as unknown as JsonObject,
      pii,
      inputTopic: 'engagements.g1',
      inputPartition: this.partition,
      inputPosition: position,
      lane: this.lane,
      position,
    };
    this.rows.push(row);
    return row;
  }

  /** Records from a position on, as the log gives them. */
  records(from = 0, to = this.rows.length): LogRecord[] {
    return this.rows.slice(from, to).map(contactEventRecord);
  }

  async load(workspaceId: Uuid, contactIds: readonly Uuid[]): Promise<ReadonlyMap<Uuid, DataKey>> {
    if (workspaceId !== this.workspaceId) return new Map();
    const found = new Map<Uuid, DataKey>();
    for (const id of contactIds) {
      const key = this.#keys.get(id);
      if (key) found.set(id, key);
    }
    return found;
  }

  /** Destroys the contact's key. */
  erase(name: string): void {
    this.#keys.delete(this.contact(name));
    this.wrapped.delete(this.contact(name));
  }

  keyOf(contactId: Uuid): DataKey {
    const known = this.#keys.get(contactId);
    if (known) return known;
    const { key, wrapped } = this.master.create(contactOwner(this.workspaceId, contactId));
    this.#keys.set(contactId, key);
    this.wrapped.set(contactId, wrapped);
    return key;
  }
}
