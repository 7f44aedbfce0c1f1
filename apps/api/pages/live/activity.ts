/** What came in lately: each delivery with the engagements in it and what they led to. */
import { Inject, Injectable } from '@nestjs/common';
import { type DeliveryRow, recentDeliveries } from '#adapters/postgres/deliveries/recent.js';
import { type RecentEvent, recentEvents } from '#adapters/postgres/event-store/recent.js';
import type { Pool } from '#adapters/postgres/pool.js';
import { contactsById } from '#adapters/postgres/read-models/queries/contacts.js';
import { listSources } from '#adapters/postgres/sources/sources.js';
import type { Uuid } from '#contracts/ids.js';
import type { JsonObject } from '#contracts/json.js';
import { CLOCK, POOL } from '../../dependencies.js';
import { deliveryOf } from '../../effects/why.js';

/** One engagement of a delivery. */
export interface ActivityLine {
  readonly eventId: Uuid;
  readonly contactId: Uuid;
  readonly email: string | null;
  readonly data: JsonObject;
  /** Events that it led to, in order, without what merely keeps the record. */
  readonly led: readonly RecentEvent[];
}

export interface Activity {
  readonly delivery: DeliveryRow;
  /** Null when the source was deleted. */
  readonly source: string | null;
  readonly lines: readonly ActivityLine[];
  /** Engagements that changed nothing, because they were on record before. */
  readonly known: number;
}

const DELIVERIES = 30;
const PER_LANE = 400;
/** A page about one delivery may look further back. */
const PER_LANE_OF_ONE = 5_000;
/** By then what arrived is decided, unless the log lags: which the health page says. */
const DECIDED_MS = 10_000;
/** Receipt and record are times of two processes. */
const SKEW_MS = 60_000;

@Injectable()
export class ActivityReader {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: () => number,
  ) {}

  /** Newest first; of one source when it is given. */
  async recent(workspaceId: Uuid, sourceId: Uuid | null = null): Promise<readonly Activity[]> {
    const page = { after: null, limit: DELIVERIES };
    const deliveries = await recentDeliveries(this.pool, workspaceId, sourceId, page);
    const oldest = deliveries.at(-1);
    if (oldest === undefined) return [];
    const since = oldest.receivedAt - SKEW_MS;
    const [events, sources] = await Promise.all([
      recentEvents(this.pool, workspaceId, { since, perLane: PER_LANE }),
      listSources(this.pool, workspaceId),
    ]);
    const names = new Map(sources.map(({ id, name }) => [id, name]));
    const lines = await this.#lines(workspaceId, events);
    return deliveries.map((delivery) => {
      const mine = lines.get(delivery.id) ?? [];
      const source = names.get(delivery.sourceId) ?? null;
      return { delivery, source, lines: mine, known: this.#known(delivery, mine.length, events) };
    });
  }

  /** Engagements of one delivery, as far as they are among the newest on record. */
  async linesOf(workspaceId: Uuid, { id, receivedAt }: DeliveryRow): Promise<readonly ActivityLine[]> {
    const since = receivedAt - SKEW_MS;
    const events = await recentEvents(this.pool, workspaceId, { since, perLane: PER_LANE_OF_ONE });
    return (await this.#lines(workspaceId, events)).get(id) ?? [];
  }

  async #lines(workspaceId: Uuid, events: readonly RecentEvent[]): Promise<ReadonlyMap<Uuid, readonly ActivityLine[]>> {
    const roots = events.filter((event) => deliveryOf(event.data) !== null);
    const led = Map.groupBy(events, (event) => event.correlationId);
    const contacts = await contactsById(
      this.pool,
      workspaceId,
      roots.map(({ contactId }) => contactId),
    );
    const lines = roots.map((root) => ({
      deliveryId: deliveryOf(root.data)?.deliveryId ?? '',
      index: deliveryOf(root.data)?.index ?? 0,
      eventId: root.id,
      contactId: root.contactId,
      email: contacts.get(root.contactId)?.email ?? null,
      data: root.data,
      led: (led.get(root.correlationId) ?? []).filter((event) => event.version > root.version).reverse(),
    }));
    return Map.groupBy(
      lines.sort((a, b) => a.index - b.index),
      (line) => line.deliveryId,
    );
  }

  /** Only said where the ends of the lanes reach back far enough to know. */
  #known({ receivedAt, engagements }: DeliveryRow, found: number, events: readonly RecentEvent[]): number {
    const whole = events.length < PER_LANE || (events.at(-1)?.recordedAt ?? 0) < receivedAt - SKEW_MS / 2;
    const decided = this.clock() - receivedAt > DECIDED_MS;
    return whole && decided ? Math.max(0, engagements - found) : 0;
  }
}
