/** Who consumes now, in Postgres. */
import type { Pool } from 'pg';
import type { Member, Members } from '#engine/log/shares.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

const BEAT = statement(
  'log.consumer.beat',
  `
insert into log.consumer (consumer_group, topic, owner, wants, alive_until)
values ($1, $2, $3, $4, clock_timestamp() + $5 * interval '1 ms')
on conflict (consumer_group, topic, owner) do update set wants = excluded.wants, alive_until = excluded.alive_until`,
);
const ALIVE = statement(
  'log.consumer.alive',
  `
select owner, wants from log.consumer
where consumer_group = $1 and topic = $2 and alive_until > clock_timestamp() order by owner`,
);
// Those that died without a word are swept here too, so that the table stays as small as the number of processes.
const LEAVE = statement(
  'log.consumer.leave',
  `
delete from log.consumer
where consumer_group = $1 and topic = $2 and (owner = $3 or alive_until < clock_timestamp() - interval '1 hour')`,
);

export class PostgresMembers implements Members {
  readonly #pool: Pool;
  readonly #leaseMs: number;

  constructor(pool: Pool, leaseMs = 10_000) {
    this.#pool = pool;
    this.#leaseMs = leaseMs;
  }

  async beat(group: string, topic: string, member: Member): Promise<readonly Member[]> {
    await query(this.#pool, bind(BEAT, [group, topic, member.owner, member.wants, this.#leaseMs]));
    return (await query<Member & Record<string, unknown>>(this.#pool, bind(ALIVE, [group, topic]))).rows;
  }

  async leave(group: string, topic: string, owner: string): Promise<void> {
    await query(this.#pool, bind(LEAVE, [group, topic, owner]));
  }
}
