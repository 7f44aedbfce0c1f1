/** The conformance harness of the Kafka log: a real cluster, whose connections can really be cut, and a database for checkpoints. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Broker, ISocketFactory } from 'kafkajs';
import type { LogHarness } from '#engine/log/conformance/harness.js';
import { PostgresCheckpoints } from '../postgres/log/checkpoints.js';
import { PostgresTopicRegistry } from '../postgres/log/topic-registry.js';
import { createPool } from '../postgres/pool.js';
import { inTransaction } from '../postgres/transaction.js';
import { clusterOf } from './cluster.js';
import { createClient, type KafkaConnection, type KafkaLogger } from './connection.js';
import { groupIdOf } from './group.js';
import { KafkaLog } from './kafka-log.js';

/** The way from one process to the cluster. */
export class Wire {
  readonly #sockets = new Set<Socket>();
  #cut = false;

  readonly factory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
    // Nobody listens on port 1.
    const to = { host, port: this.#cut ? 1 : port };
    const socket = ssl ? connectTls({ ...to, ...ssl }, onConnect) : connect(to, onConnect);
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  };

  cut(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.destroy(new Error('the wire is cut'));
  }

  mend(): void {
    this.#cut = false;
  }
}

export const SILENT: KafkaLogger = { info: () => undefined, warn: () => undefined, error: () => undefined };

export interface KafkaHarnessOptions {
  /** Milliseconds; a broker takes 6,000 or more unless it is told otherwise. */
  readonly sessionMs: number;
  readonly replication?: number;
}

/** A database server's administrator, and an empty migrated database that the harness drops at the end. */
export interface HarnessDatabase {
  readonly url: string;
  readonly name: string;
  drop(): Promise<void>;
}

/** A call of kafkajs's brokers that their type leaves out. */
interface Leaving {
  leaveGroup(member: { readonly groupId: string; readonly memberId: string }): Promise<unknown>;
}

export async function kafkaHarness(
  connection: KafkaConnection,
  database: HarnessDatabase,
  { sessionMs, replication = 1 }: KafkaHarnessOptions,
): Promise<LogHarness> {
  const server = new URL(database.url);
  server.pathname = '/postgres';
  const admin = createPool(server.href, { role: 'harness admin', max: 1 });
  const pool = createPool(database.url, { role: 'harness', max: 8 });
  await pool.query('create table public.effect (n bigserial primary key, mark text not null)');
  const checkpoints = new PostgresCheckpoints(pool, 60_000);
  const kafka = createClient(connection, SILENT).admin();
  await kafka.connect();
  const cluster = clusterOf(createClient(connection, SILENT));
  await cluster.connect();
  const run = randomBytes(4).toString('hex');
  const wires = new Set<Wire>();
  const frozenWires = new Set<Wire>();
  let topics = 0;
  /** What the group would do by itself when the session of its members is over. */
  const leaveInTheirName = async (groupId: string): Promise<void> => {
    const { groups } = await kafka.describeGroups([groupId]);
    const coordinator = await cluster.findGroupCoordinator({ groupId });
    for (const { memberId } of groups[0]?.members ?? []) {
      await (coordinator as Broker & Leaving).leaveGroup({ groupId, memberId });
    }
  };
  const openLog = (wire: Wire, options: { heartbeatMs?: number; onFatal?: (error: unknown) => void } = {}) =>
    KafkaLog.open({ ...connection, socketFactory: wire.factory }, SILENT, {
      leases: checkpoints,
      registry: new PostgresTopicRegistry(pool),
      replication,
      sessionMs,
      fetchWaitMs: 50,
      backoff: { firstMs: 5, maxMs: 50 },
      ...options,
    });
  return {
    features: { atomicAppend: false, leases: true, retention: true },
    async open({ frozen = false, onFatal } = {}) {
      const wire = new Wire();
      wires.add(wire);
      if (frozen) frozenWires.add(wire);
      const log = await openLog(wire, { heartbeatMs: frozen ? 600_000 : 50, ...(onFatal ? { onFatal } : {}) });
      return {
        log,
        apply: (batch, marks) =>
          inTransaction(pool, async (tx) => {
            await tx.query('insert into public.effect (mark) select unnest($1::text[])', [marks]);
            await checkpoints.advance(tx, batch.fence, batch.first, batch.next);
          }),
        close: async () => {
          await log.close();
          wires.delete(wire);
          frozenWires.delete(wire);
        },
      };
    },
    async createTopic(partitions) {
      topics += 1;
      const topic = `test-${run}-${topics}.g1`;
      const log = await openLog(new Wire());
      await log.createTopic(topic, partitions);
      await log.close();
      return topic;
    },
    async effects() {
      const { rows } = await pool.query<{ mark: string }>('select mark from public.effect order by n');
      return rows.map((row) => row.mark);
    },
    /** The lease ends, and the frozen processes say nothing more to their groups. */
    async expire(group, topic, partition) {
      for (const wire of frozenWires) wire.cut();
      await leaveInTheirName(groupIdOf(group, topic));
      await pool.query(
        `update log.checkpoint set leased_until = clock_timestamp() - interval '1 s'
         where consumer_group = $1 and topic = $2 and partition = $3`,
        [group, topic, partition],
      );
    },
    async away() {
      for (const wire of wires) wire.cut();
      await admin.query(`alter database ${database.name} with allow_connections false`);
      await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database.name]);
    },
    async back() {
      await admin.query(`alter database ${database.name} with allow_connections true`);
      for (const wire of wires) wire.mend();
    },
    async dropBelow(topic, partition, position) {
      // kafkajs does not look for the leaders itself here.
      await kafka.fetchTopicOffsets(topic);
      await kafka.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(position) }] });
    },
    async close() {
      await Promise.all([kafka.disconnect(), cluster.disconnect()]);
      await pool.end();
      await admin.end();
      await database.drop();
    },
  };
}
