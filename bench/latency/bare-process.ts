/** The bare server of `ingest` with one trivial consumer: it counts records by key, one row a contact, in the transaction of its checkpoint. */
import type { FastifyInstance } from 'fastify';
import { inTransaction } from '#adapters/postgres/transaction.js';
import type { Batch } from '#engine/log/log.js';
import { openRuntime, type Runtime } from '#platform/runtime/runtime.js';
import { type BareWish, revived } from '../ingest/bare-process-wish.js';
import { bareServer } from '../ingest/bare-server.js';
import { serve } from '../world/child.js';
import { benchLogger } from '../world/world.js';

const TABLE = `create table public.counted (contact_id uuid primary key, count bigint not null)`;
const COUNT = `insert into public.counted as c (contact_id, count)
select u, count(*) from unnest($1::uuid[]) u group by u order by u
on conflict (contact_id) do update set count = c.count + excluded.count`;

let runtime: Runtime | null = null;
let server: FastifyInstance | null = null;

function counting({ pool, checkpoints }: Runtime): (batch: Batch) => Promise<void> {
  return ({ fence, first, next, records }) =>
    inTransaction(pool, async (tx) => {
      await checkpoints.advance(tx, fence, first, next);
      await tx.query({ name: 'count', text: COUNT, values: [records.flatMap(({ key }) => key ?? [])] });
    });
}

serve(
  {
    /** Answers the address it listens on. */
    async open({ configuration, publicKey, records }: BareWish): Promise<string> {
      const opened = await openRuntime(configuration, { url: configuration.databaseUrl ?? '' }, benchLogger());
      runtime = opened;
      await opened.pool.query(TABLE);
      await opened.log.consume({
        group: 'counting',
        topic: opened.topics.engagements,
        maxRecords: 500,
        onBatch: counting(opened),
        onPoison: (_batch, error) => Promise.reject(error),
      });
      const bare = await bareServer({
        publicKey,
        records: revived(records),
        append: (some) => opened.log.append(some),
      });
      server = bare.server;
      return bare.url;
    },
  },
  async () => {
    await server?.close();
    await runtime?.close();
  },
);
