/** Lays a history down: appends it to the log partition by partition in the order of time, and waits until the rules have decided it. */

import { PostgresWorkspaceKeys } from '#adapters/postgres/keys/workspace-keys.js';
import { ensurePartitions } from '#adapters/postgres/migrations/partitions.js';
import type { Uuid } from '#contracts/ids.js';
import type { Appendable } from '#contracts/record.js';
import { partitionOf } from '#contracts/topics.js';
import type { Source } from '#engine/ingest/source.js';
import type { Place } from '#engine/log/bulk-gate.js';
import { RULES_GROUP, type Runtime } from '#platform/runtime/runtime.js';
import { historyContacts } from './contacts.js';
import { randomFrom } from './random.js';
import { contactRecord, deliveryRecords, type HistoryWorld } from './records.js';
import { story } from './story.js';

export interface HistoryWish {
  readonly workspaceId: Uuid;
  readonly source: Source;
  readonly days: number;
  readonly contacts: number;
  readonly seed: number;
}

export interface LaidDown {
  readonly contacts: number;
  readonly engagements: number;
  /** Milliseconds. */
  readonly from: number;
  readonly until: number;
}

const DAY = 86_400_000;
/** The present is left to live traffic. */
const BEFORE_NOW = 10 * 60_000;
const APPEND_MS = 120_000;
const TOGETHER = 500;
const LOOK_MS = 200;

/** `say` is told how far it is. */
export async function layDown(runtime: Runtime, wish: HistoryWish, say: (text: string) => void): Promise<LaidDown> {
  const { pool, masterKey, clock, topics } = runtime;
  const until = clock() - BEFORE_NOW;
  const from = until - wish.days * DAY;
  await ensurePartitions(pool, clock(), from);
  // Days that are past get their keys: they seal what is laid down under them, and leave as all keys of past days do.
  const keys = new PostgresWorkspaceKeys(pool, masterKey, () => from);
  const names = { engagements: topics.engagements, deliveries: topics.deliveries };
  const world: HistoryWorld = { workspaceId: wish.workspaceId, source: wish.source, keys, topics: names };
  const random = randomFrom(wish.seed);
  const people = historyContacts(random, wish.contacts, from, wish.days);
  const deliveries = story(random, people, { from, until });
  const inputs: Appendable[] = [];
  const beside: Appendable[] = [];
  for (const person of people) inputs.push(await contactRecord(world, person));
  for (const [n, delivery] of deliveries.entries()) {
    for (const record of await deliveryRecords(world, delivery, n))
      (record.topic === topics.engagements ? inputs : beside).push(record);
    if (n % TOGETHER === 0) say(`Making the history: ${percent(n, deliveries.length)} % …`);
  }
  const places = await append(runtime, inputs, beside, say);
  await decided(runtime, places, inputs.length, say);
  return { contacts: people.length, engagements: inputs.length - people.length, from, until };
}

/**
 * Each partition in one append, all or none: what comes back of the first effects stands behind the whole history, and so no contact's
 * clock runs ahead of what is still to come.
 */
async function append(
  { log, topics }: Runtime,
  inputs: readonly Appendable[],
  beside: readonly Appendable[],
  say: (text: string) => void,
): Promise<readonly Place[]> {
  const topic = topics.engagements;
  const partitions: Appendable[][] = Array.from({ length: log.partitions(topic) }, () => []);
  for (const record of inputs) partitions[partitionOf(record.key as Uuid, partitions.length)]?.push(record);
  const places: Place[] = [];
  for (const [partition, records] of partitions.entries()) {
    if (records.length === 0) continue;
    const appended = await log.append(
      records.sort((a, b) => a.at - b.at),
      { timeoutMs: APPEND_MS },
    );
    const last = appended.at(-1);
    if (last !== undefined) places.push({ topic, partition, position: last.position });
    say(`Appended ${partition + 1} of ${partitions.length} partitions …`);
  }
  for (let at = 0; at < beside.length; at += TOGETHER)
    await log.append(beside.slice(at, at + TOGETHER), { timeoutMs: APPEND_MS });
  return places;
}

async function decided(
  { checkpoints, topics, log }: Runtime,
  places: readonly Place[],
  total: number,
  say: (text: string) => void,
): Promise<void> {
  for (;;) {
    const rows = await checkpoints.list(RULES_GROUP, topics.engagements);
    const next = new Map(rows.map((row) => [row.partition, row.next]));
    if (places.every(({ partition, position }) => (next.get(partition) ?? 0) > position)) return;
    const ends = await log.ends(topics.engagements);
    const left = ends.reduce((sum, end, partition) => sum + end - (next.get(partition) ?? 0), 0);
    say(`Deciding: ${percent(Math.max(0, total - left), total)} % …`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

const percent = (done: number, all: number): number => Math.floor((100 * done) / Math.max(1, all));
