import type { Pool } from 'pg';
import { contactEventRecord } from '#contracts/contact-event-record.js';
import { deriveId } from '#contracts/ids.js';
import { laneOf } from '#contracts/topics.js';
import type { SealedEvent } from '#engine/decision/store.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { writeEvents } from '../event-store/write-events.js';
import { createPool } from '../pool.js';
import { inTransaction } from '../transaction.js';
import { PostgresEventLanes } from './event-lanes.js';

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.url, { role: 'test' });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const PARTITION = 3;
const NAME = `contact-events.g1/${PARTITION}`;
const AT = Date.UTC(2026, 4, 1, 12, 0, 0, 123);

const event = (n: number): SealedEvent => ({
  id: deriveId('event', n),
  workspaceId: deriveId('workspace'),
  contactId: deriveId('contact', n % 2),
  version: n + 1,
  type: 'tag_added',
  v: 1,
  occurredAt: AT - n,
  recordedAt: AT + n,
  causationId: deriveId('cause', n),
  correlationId: deriveId('correlation', n),
  data: { tag: `a "b" \\ é ${n}`, of: [n, null, { deep: true }] },
  pii: n % 2 === 0 ? null : Buffer.from([0, 255, n]),
  inputTopic: 'engagements.g1',
  inputPartition: PARTITION,
  inputPosition: 2 ** 40 + n,
});

async function decide(from: number, until: number) {
  const events = Array.from({ length: until - from }, (_, n) => event(from + n));
  const written = await inTransaction(pool, (tx) => writeEvents(tx, laneOf(1, PARTITION), events));
  return written.map(contactEventRecord);
}

it('relays what this process decided from memory, the same as it stands in the store', async () => {
  const [ofThisProcess, ofAnother] = [new PostgresEventLanes(pool), new PostgresEventLanes(pool)];
  ofThisProcess.committed(await decide(0, 3));
  ofThisProcess.committed(await decide(3, 5));
  // Another process decides, then this one again.
  await decide(5, 7);
  ofThisProcess.committed(await decide(7, 9));
  const whole = await ofAnother.read(NAME, 0, 100);
  expect(whole).toHaveLength(9);
  const relayed: unknown[] = [];
  while (relayed.length < whole.length) relayed.push(...(await ofThisProcess.read(NAME, relayed.length, 4)));
  expect(relayed).toEqual(whole);
});

it('asks the store for nothing that it still has, and for all that it never had', async () => {
  const away = createPool('postgres://nobody@127.0.0.1:1/none', { role: 'test' });
  const lanes = new PostgresEventLanes(away);
  const records = await decide(20, 22);
  lanes.committed(records);
  const first = records[0]?.position as number;
  expect(await lanes.read(NAME, first, 10)).toHaveLength(2);
  await expect(lanes.read(NAME, first + 2, 10)).rejects.toThrow();
  await away.end();
});
