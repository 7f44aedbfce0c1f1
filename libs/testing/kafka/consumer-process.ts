/**
 * A process that consumes a topic, for tests that stop or kill it. Settings: JSON in CONSUMER. It writes a line for each event:
 * `inside` when it holds its first batch (until a line comes in, with `hold`), `applied` or the error's name after each batch.
 */
import { createInterface } from 'node:readline';
import { KafkaLog } from '#adapters/kafka/kafka-log.js';
import { PostgresCheckpoints } from '#adapters/postgres/log/checkpoints.js';
import { createPool } from '#adapters/postgres/pool.js';
import { inTransaction } from '#adapters/postgres/transaction.js';

export interface ConsumerSettings {
  readonly brokers: readonly string[];
  readonly databaseUrl: string;
  readonly group: string;
  readonly topic: string;
  readonly sessionMs: number;
  readonly leaseMs: number;
  /** The first batch waits for a line. */
  readonly hold: boolean;
}

const settings = JSON.parse(process.env['CONSUMER'] ?? '{}') as ConsumerSettings;
const { brokers, databaseUrl, group, topic, sessionMs, leaseMs, hold } = settings;
const pool = createPool(databaseUrl, { role: 'consumer process' });
const checkpoints = new PostgresCheckpoints(pool, leaseMs);
const go = new Promise<void>((resolve) => createInterface({ input: process.stdin }).once('line', () => resolve()));
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const log = await KafkaLog.open(
  { brokers },
  { info: () => undefined, warn: () => undefined, error: say },
  { leases: checkpoints, registry: null, sessionMs, heartbeatMs: leaseMs / 4 },
);
let holding = hold;
await log.consume({
  group,
  topic,
  maxRecords: 10,
  onPoison: () => Promise.reject(new Error('nothing is poison here')),
  async onBatch({ fence, first, next, records }) {
    if (holding) {
      holding = false;
      say('inside');
      await go;
    }
    try {
      await inTransaction(pool, async (tx) => {
        const marks = records.map(({ partition, position }) => `${partition}/${position}`);
        await tx.query('insert into public.effect (mark) select unnest($1::text[])', [marks]);
        await checkpoints.advance(tx, fence, first, next);
      });
      say('applied');
    } catch (error) {
      say((error as Error).name);
      throw error;
    }
  },
});
