/**
 * The steps from a wish to a new generation that is ready to be consumed. Each is one transaction that may be tried again by any
 * process; one does it at a time.
 */
import type { Pool, PoolClient } from 'pg';
import { TOPICS, topicOf } from '#contracts/topics.js';
import type { Log } from '#engine/log/log.js';
import { pendingPublications } from '../../operations/pending-publications.js';
import { bind, statement } from '../../statement.js';
import { inTransaction, query } from '../../transaction.js';
import {
  type GenerationRow,
  generationRows,
  growingOf,
  insertWish,
  moveGeneration,
  openOf,
} from './generation-table.js';
import { holdGate } from './publishing-gate.js';

const TURN = statement('log.generation.turn', 'select pg_try_advisory_xact_lock($1) as mine');
const UNRELAYED = statement(
  'log.outbox_lane.unrelayed',
  `select exists (select from log.outbox_lane where lane = 'publications' and relayed < next) as unrelayed`,
);
const ACTIVATE = statement(
  'registry.rule_activation.carry_over',
  `insert into registry.rule_activation (workspace_id, rule, version, number, topic, partition, position)
select p.workspace_id, r.rule, r.version, p.number, $1, g.partition, -1
from (select distinct on (workspace_id) workspace_id, number, rules from registry.publication order by workspace_id, number desc) p
cross join lateral jsonb_to_recordset(p.rules::jsonb) as r(rule text, version integer)
cross join generate_series(0, $2::integer - 1) as g(partition)
order by 1, 2, 4, 6
on conflict do nothing`,
);
const END = statement(
  'log.generation_end.insert',
  `insert into log.generation_end (topic, partition, "end")
select $1, n - 1, e from unnest($2::bigint[]) with ordinality as r(e, n) order by n
on conflict (topic, partition) do nothing`,
);
/** Any fixed number: one process takes a step at a time. */
const STEP = 7_316_824_008;
/** Milliseconds until every broker has heard of the new topics: whoever finds the old one sealed finds them. */
const ANNOUNCED_MS = 3_000;

export interface GrowingTopics extends Pick<Log, 'partitions'> {
  createTopic(name: string, partitions: number): Promise<void>;
  /** Nothing gets into the topic from then on; answers where each partition ends. */
  seal(topic: string): Promise<readonly number[]>;
}

/** Why a topic cannot grow so, with the cure. */
export class GrowthRefused extends Error {
  override readonly name = 'GrowthRefused';
}

/** Puts the wish on record; whoever runs the rules carries it out. The same wish again changes nothing. Rejects with GrowthRefused. */
export async function wishGrowth(pool: Pool, partitions: number): Promise<void> {
  await inTransaction(pool, async (tx) => {
    await holdGate(tx);
    const rows = await generationRows(tx);
    const growing = growingOf(rows);
    if (growing?.partitions === partitions) return;
    if (growing)
      throw new GrowthRefused(`engagements is growing to ${growing.partitions} partitions: wait for its end`);
    const open = openOf(rows);
    const now = await partitionsNow(tx, open);
    if (partitions <= now)
      throw new GrowthRefused(
        `engagements has ${now} partitions: it can only grow, and contacts keep their order in fewer`,
      );
    await insertWish(tx, open + 1, partitions);
  });
}

async function partitionsNow(tx: PoolClient, generation: number): Promise<number> {
  const { rows } = await tx.query<{ partitions: number }>('select partitions from log.topic where name = $1', [
    topicOf(TOPICS.engagements.name, generation),
  ]);
  if (!rows[0]) throw new GrowthRefused('there is no topic engagements yet: start Afterclick first');
  return rows[0].partitions;
}

/** The next step, if one is due. Rejects with WorldError when the database or the log is away. */
export async function stepGrowth(pool: Pool, log: GrowingTopics): Promise<void> {
  const growing = growingOf(await generationRows(pool));
  if (growing?.state === 'wished') await inTurn(pool, (tx) => announce(pool, tx, log, growing));
  if (growing?.state === 'announced' && (growing.announcedMs ?? 0) >= ANNOUNCED_MS) await end(pool, log, growing);
}

/** One process at a time; whoever comes second does nothing. */
async function inTurn(pool: Pool, step: (tx: PoolClient) => Promise<void>): Promise<void> {
  await inTransaction(pool, async (tx) => {
    const { rows } = await query<{ mine: boolean }>(tx, bind(TURN, [STEP]));
    if (rows[0]?.mine === true && growingOf(await generationRows(tx))?.state === 'wished') await step(tx);
  });
}

/** Once nothing is on its way into force, the topics are made, with everything in force on them from the beginning. */
async function announce(
  pool: Pool,
  tx: PoolClient,
  log: GrowingTopics,
  { generation, partitions }: GenerationRow,
): Promise<void> {
  const [before, next] = topicsOf(generation);
  const { rows } = await query<{ unrelayed: boolean }>(tx, bind(UNRELAYED, []));
  if (rows[0]?.unrelayed !== false) return;
  if ((await pendingPublications(pool, before, log.partitions(before))).length > 0) return;
  await log.createTopic(topicOf(TOPICS.contactEvents.name, generation), partitions);
  await log.createTopic(next, partitions);
  await query(tx, bind(ACTIVATE, [next, partitions]));
  await moveGeneration(tx, generation, 'wished', 'announced');
}

/** The old generation is sealed by the log itself: where it ends now is where it ends. Sealing twice changes nothing. */
async function end(pool: Pool, log: GrowingTopics, { generation }: GenerationRow): Promise<void> {
  const [before] = topicsOf(generation);
  const ends = await log.seal(before);
  await inTransaction(pool, async (tx) => {
    await query(tx, bind(END, [before, ends]));
    await moveGeneration(tx, generation, 'announced', 'ended');
  });
}

function topicsOf(generation: number): readonly [before: string, next: string] {
  return [topicOf(TOPICS.engagements.name, generation - 1), topicOf(TOPICS.engagements.name, generation)];
}
