/** Which log runs: the one place that knows. Everything else holds the port. */
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { KafkaLog, type KafkaLogOptions } from '#adapters/kafka/kafka-log.js';
import { PostgresCheckpoints } from '#adapters/postgres/log/checkpoints.js';
import { PostgresLog, type PostgresLogOptions } from '#adapters/postgres/log/postgres-log.js';
import { PostgresTopicRegistry } from '#adapters/postgres/log/topic-registry.js';
import { PostgresEventLanes } from '#adapters/postgres/outbox/event-lanes.js';
import type { Pool } from '#adapters/postgres/pool.js';
import type { ConsumerOptions } from '#engine/log/consumer.js';
import { Relay } from '#engine/outbox/relay.js';
import type { Configuration } from '../configuration/configuration.js';
import { logMeter } from '../metrics/log-meter.js';
import { growing } from './growing-log.js';
import { kafkaConnection } from './kafka-connection.js';
import type { EngineLog } from './log-port.js';

export interface LogWorld {
  readonly configuration: Configuration;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly databaseUrl: string;
  readonly pool: Pool;
}

/** True when the log needs no database: a process that only appends can do without one. */
export function isOnKafka({ kafkaBrokers }: Pick<Configuration, 'kafkaBrokers'>): boolean {
  return kafkaBrokers.length > 0;
}

/**
 * Batches of a process that run side by side. Each holds one connection of the engine's pool (24) and may ask for a second: were they as
 * many as the pool, each could wait for what another holds.
 */
const CONCURRENCY = 8;

/** Opens the log that the settings choose. Rejects with WorldError when it is away. */
export async function openLog(world: LogWorld): Promise<EngineLog> {
  const { configuration, logger, metrics, databaseUrl, pool } = world;
  const consuming = { concurrency: CONCURRENCY, meter: logMeter(metrics) };
  if (!isOnKafka(configuration)) return growing(await onPostgres(databaseUrl, consuming));
  const log = await openKafka(configuration, logger, {
    ...consuming,
    leases: new PostgresCheckpoints(pool),
    registry: new PostgresTopicRegistry(pool),
  });
  return growing(besideTheEventStore(log, new PostgresEventLanes(pool)));
}

/** Kafka alone, for a process that only appends: nothing of it needs the database. */
export async function openAppendingLog(configuration: Configuration, logger: Logger): Promise<EngineLog> {
  const log = await openKafka(configuration, logger, { leases: null, registry: null });
  return growing(besideTheEventStore(log, null));
}

/** Its lanes are the partitions of contact events: nothing is relayed, and whoever decided wakes the readers. */
async function onPostgres(databaseUrl: string, options: PostgresLogOptions): Promise<EngineLog> {
  return Object.assign(await PostgresLog.open(databaseUrl, options), { isRelayed: false, startRelay: () => null });
}

/** Decided events lie in the event store, and a relay carries them here; whoever decided wakes it. */
function besideTheEventStore(log: KafkaLog, decided: PostgresEventLanes | null): EngineLog {
  let relay: Relay | null = null;
  return {
    isRelayed: true,
    partitions: (topic) => log.partitions(topic),
    append: (records, options) => log.append(records, options),
    consume: (subscription) => log.consume(subscription),
    createTopic: (name, partitions) => log.createTopic(name, partitions),
    topics: () => log.topics(),
    ends: (topic) => log.ends(topic),
    seal: (topic) => log.seal(topic),
    wake: () => relay?.wake(),
    committed: (records) => {
      if (relay !== null) decided?.committed(records);
    },
    startRelay: () => {
      if (decided !== null) relay ??= new Relay(decided, log).start();
      return relay;
    },
    close: () => log.close(),
  };
}

type Consuming = ConsumerOptions & Pick<KafkaLogOptions, 'leases' | 'registry' | 'concurrency'>;

function openKafka(configuration: Configuration, logger: Logger, options: Consuming): Promise<KafkaLog> {
  const lines = {
    info: (line: string) => logger.info(line),
    warn: (line: string) => logger.warn(line),
    error: (line: string) => logger.error(line),
  };
  return KafkaLog.open(kafkaConnection(configuration), lines, {
    ...options,
    replication: configuration.kafkaReplication,
  });
}
