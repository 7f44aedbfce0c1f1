/** A database of its own for one bench: the embedded Postgres as it ships, in a temporary folder, fsync and synchronous_commit on. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '#adapters/postgres/embedded/embedded-postgres.js';
import { type Configuration, readConfiguration } from '#platform/configuration/configuration.js';
import { createLogger } from '#platform/logging/logger.js';
import { KAFKA_VERSION } from '#testing/kafka/artifacts.js';
import { type KafkaCluster, startKafka } from '#testing/kafka/cluster.js';
import type { LogName } from '../options.js';
import { progress } from '../report/report.js';
import { serverCpuSeconds } from './server-cpu.js';

export interface World {
  readonly log: LogName;
  /** The broker, where the log is Kafka's. */
  readonly kafka: KafkaCluster | null;
  /** Connection string of a database of the server; the default one is `afterclick`. */
  url(database?: string): string;
  /** What a process of this world is configured with. */
  configuration(database?: string): Configuration;
  /** The same with a broker of its own, so that on Kafka too what goes on there is nobody else's. */
  apart(database: string): Promise<Configuration>;
  /** A connection of the bench's own, as the superuser. */
  connect(database?: string): Promise<pg.Client>;
  /** CPU seconds of the whole server until now; NaN where the system does not tell. */
  cpuSeconds(): number;
  /** The same of the broker; NaN where there is none. */
  brokerCpuSeconds(): number;
  /** Version and the settings that decide what a commit means. */
  readonly server: string;
  close(): Promise<void>;
}

/** Errors go to stderr; what works is not worth a line, nor what the client of a broker that has just started warns of. */
export const benchLogger = () => createLogger('error', { write: (line: string) => process.stderr.write(line) });

export async function openWorld(log: LogName = 'postgres'): Promise<World> {
  progress(`starting an embedded Postgres${log === 'kafka' ? ' and a Kafka broker' : ''}`);
  const kafka = log === 'kafka' ? await startKafka() : null;
  const dataDir = await mkdtemp(join(tmpdir(), 'afterclick-bench-'));
  const quiet = { info: () => undefined, warn: progress, error: progress };
  const server = await startEmbeddedPostgres({ dataDir, log: quiet });
  const url = (database = 'afterclick') => {
    const address = new URL(server.url);
    address.pathname = database;
    return address.href;
  };
  const clients: pg.Client[] = [];
  const connect = async (database?: string) => {
    const client = new pg.Client({ connectionString: url(database) });
    await client.connect();
    clients.push(client);
    return client;
  };
  const more: KafkaCluster[] = [];
  const configured = (database: string | undefined, cluster: KafkaCluster | null): Configuration =>
    readConfiguration(
      cluster ? { AFTERCLICK_KAFKA_BROKERS: cluster.brokers.join(','), AFTERCLICK_KAFKA_REPLICATION: '1' } : {},
      // The server holds `dataDir`: what its processes keep beside it has a folder of its own.
      { dataDir: join(dataDir, 'engine'), databaseUrl: url(database), port: 0, workspace: 'bench' },
    );
  return {
    log,
    kafka,
    url,
    connect,
    configuration: (database) => configured(database, kafka),
    apart: async (database) => {
      if (kafka === null) return configured(database, null);
      const cluster = await startKafka();
      more.push(cluster);
      return configured(database, cluster);
    },
    cpuSeconds: () => serverCpuSeconds(server.pid),
    brokerCpuSeconds: () => {
      const pid = kafka?.nodes[0]?.pid();
      return pid === undefined ? Number.NaN : serverCpuSeconds(pid);
    },
    server:
      (await describe(await connect('postgres'))) + (kafka ? `; Kafka ${KAFKA_VERSION}, one broker, acks=all` : ''),
    close: async () => {
      await Promise.all(clients.map((client) => client.end()));
      await server.stop();
      for (const cluster of [kafka, ...more]) await cluster?.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function describe(admin: pg.Client): Promise<string> {
  const { rows } = await admin.query(
    `select current_setting('server_version') as version, current_setting('fsync') as fsync,
       current_setting('synchronous_commit') as commit`,
  );
  const { version, fsync, commit } = rows[0];
  if (fsync !== 'on' || commit !== 'on')
    throw new Error(`fsync is ${fsync}, synchronous_commit is ${commit}: both must be on`);
  return `Postgres ${version}, fsync on, synchronous_commit on`;
}
