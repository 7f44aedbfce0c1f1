/** What every process of Afterclick stands on: settings, keys, the database and the log. */
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { loadMasterKey } from '#adapters/keys/master-key.js';
import { PostgresContactKeys } from '#adapters/postgres/keys/contact-keys.js';
import { PostgresWorkspaceKeys } from '#adapters/postgres/keys/workspace-keys.js';
import { PostgresCheckpoints } from '#adapters/postgres/log/checkpoints.js';
import { migrate } from '#adapters/postgres/migrations/migrate.js';
import { PostgresOutbox } from '#adapters/postgres/outbox/outbox.js';
import { createPool, type Pool } from '#adapters/postgres/pool.js';
import { TOPICS, topicOf } from '#contracts/topics.js';
import { ContactKeyCache } from '#engine/sealing/contact-key-cache.js';
import type { MasterKey } from '#engine/sealing/sealing.js';
import type { Configuration } from '../configuration/configuration.js';
import type { Database } from './database.js';
import { type EngineLog, openLog } from './engine-log.js';

/** Topics with the generation in use. */
export interface TopicNames {
  readonly engagements: string;
  readonly deliveries: string;
  readonly contactEvents: string;
}

export interface Runtime {
  readonly configuration: Configuration;
  readonly logger: Logger;
  /** What this process counts, for /metrics. */
  readonly metrics: Registry;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly databaseUrl: string;
  readonly pool: Pool;
  readonly log: EngineLog;
  /** They live in Postgres whichever log runs, because they move in the transaction of the effects. */
  readonly checkpoints: PostgresCheckpoints;
  readonly outbox: PostgresOutbox;
  readonly topics: TopicNames;
  readonly masterKey: MasterKey;
  readonly workspaceKeys: PostgresWorkspaceKeys;
  readonly contactKeyCache: ContactKeyCache;
  readonly contactKeys: PostgresContactKeys;
  /** Closes the log and the pools; the database itself is its opener's to close. */
  close(): Promise<void>;
}

const GENERATION = 1;

/** Migrates the database, checks the master key against it, makes or checks the topics. Rejects with the reason. */
export async function openRuntime(
  configuration: Configuration,
  database: Pick<Database, 'url'>,
  logger: Logger,
): Promise<Runtime> {
  const { dataDir, masterKey: configured, partitions } = configuration;
  const masterKey = await loadMasterKey({ dataDir, ...(configured === null ? {} : { configured }) });
  const ran = await migrate(database.url);
  if (ran.length > 0) logger.info({ migrations: ran }, 'the database was migrated');
  const onIdleError = (error: Error): void => logger.warn({ err: error }, 'an idle connection to the database broke');
  const pool = createPool(database.url, { role: 'engine', max: 24, onIdleError });
  const clock = Date.now;
  const workspaceKeys = new PostgresWorkspaceKeys(pool, masterKey, clock);
  await workspaceKeys.checkMaster();
  const metrics = new Registry();
  const log = await openLog(configuration, database.url, metrics);
  const topics: TopicNames = {
    engagements: topicOf(TOPICS.engagements.name, GENERATION),
    deliveries: topicOf(TOPICS.deliveries.name, GENERATION),
    contactEvents: topicOf(TOPICS.contactEvents.name, GENERATION),
  };
  for (const topic of Object.values(topics)) await log.createTopic(topic, partitions);
  const contactKeyCache = new ContactKeyCache(masterKey);
  return {
    configuration,
    logger,
    metrics,
    clock,
    databaseUrl: database.url,
    pool,
    log,
    checkpoints: new PostgresCheckpoints(pool),
    outbox: new PostgresOutbox(pool),
    topics,
    masterKey,
    workspaceKeys,
    contactKeyCache,
    contactKeys: new PostgresContactKeys(pool, contactKeyCache),
    close: async () => {
      await log.close();
      await pool.end();
    },
  };
}
