/** Whether the way of the data on Kafka is empty: everything decided, relayed, projected and copied for delivery. */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Runtime } from '#platform/runtime/runtime.js';

const POLL_MS = 50;

const REACHED = `
select coalesce(sum(next) filter (where consumer_group = 'rules' and topic = $1), 0) as decided,
  coalesce(sum(next) filter (where consumer_group = 'projection' and topic = $2), 0) as projected,
  coalesce(sum(next) filter (where consumer_group = 'delivery' and topic = $2), 0) as copied,
  (select coalesce(sum(h.next - coalesce(o.relayed, 0)), 0) from engine.lane_head h
     left join log.outbox_lane o on o.lane = 'contact-events.g' || h.lane / 4096 || '/' || h.lane % 4096) as unrelayed
from log.checkpoint`;

export interface Behind {
  /** Inputs on the log that are not decided yet. */
  readonly undecided: number;
  /** Decided events that are not yet on the log, or there and not yet read by projection and delivery. */
  readonly unread: number;
}

export async function behind(client: pg.Client, { log, topics }: Runtime): Promise<Behind> {
  const { rows } = await client.query<Record<'decided' | 'projected' | 'copied' | 'unrelayed', string>>({
    name: 'behind',
    text: REACHED,
    values: [topics.engagements, topics.contactEvents],
  });
  const [row] = rows;
  const [inputs, events] = await Promise.all([endOf(log, topics.engagements), endOf(log, topics.contactEvents)]);
  const left = (end: number, reached: string | undefined) => Math.max(0, end - Number(reached));
  return {
    undecided: left(inputs, row?.decided),
    unread: Number(row?.unrelayed) + left(events, row?.projected) + left(events, row?.copied),
  };
}

/** Resolves with the time (performance.now) at which nothing was left. */
export async function drainedKafka(
  client: pg.Client,
  runtime: Runtime,
  onBehind: (now: Behind) => void = () => undefined,
): Promise<number> {
  for (;;) {
    const now = await behind(client, runtime);
    if (now.undecided === 0 && now.unread === 0) return performance.now();
    onBehind(now);
    await sleep(POLL_MS);
  }
}

async function endOf(log: Runtime['log'], topic: string): Promise<number> {
  return (await log.ends(topic)).reduce((sum, end) => sum + end, 0);
}
