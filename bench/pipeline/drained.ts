/** Whether the way of the data is empty: everything decided, and every decision projected and copied for delivery. */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

const POLL_MS = 50;

const BEHIND = `
select
  (select coalesce(sum(h.next - coalesce(c.next, 0)), 0) from log.head h
     left join log.checkpoint c on c.consumer_group = 'rules' and c.topic = h.topic and c.partition = h.partition
     where h.topic = 'engagements.g1') as undecided,
  (select coalesce(sum(greatest(h.next - coalesce(c.next, 0), 0)), 0) from engine.lane_head h
     cross join (values ('projection'), ('delivery')) as g(name)
     left join log.checkpoint c on c.consumer_group = g.name and c.topic = 'contact-events.g1' and c.partition = h.lane % 4096) as unread`;

/** Resolves with the time (performance.now) at which nothing was left; what effects bring back counts as it comes. */
export async function drained(
  client: pg.Client,
  onBehind: (undecided: number) => void = () => undefined,
): Promise<number> {
  for (;;) {
    const { rows } = await client.query<{ undecided: string; unread: string }>({ name: 'behind', text: BEHIND });
    const [undecided, unread] = [Number(rows[0]?.undecided), Number(rows[0]?.unread)];
    if (undecided === 0 && unread === 0) return performance.now();
    onBehind(undecided);
    await sleep(POLL_MS);
  }
}
