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
import { refreshReadRoles } from '#adapters/postgres/read-models/read-role.js';
import { TOPICS, topicOf } from '#contracts/topics.js';
import { ContactKeyCache } from '#engine/sealing/contact-key-cache.js';
import type { MasterKey } from '#engine/sealing/sealing.js';
import { type Configuration, SETTINGS } from '../configuration/configuration.js';
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

/** Topics with the generation in use. */
export function topicNames(): TopicNames {
  return {
    engagements: topicOf(TOPICS.engagements.name, GENERATION),
    deliveries: topicOf(TOPICS.deliveries.name, GENERATION),
    contactEvents: topicOf(TOPICS.contactEvents.name, GENERATION),
  };
}

/** The engine's own pool. `onIdleError` in the log: nothing is lost by it. */
export function enginePool(databaseUrl: string, logger: Logger): Pool {
  const onIdleError = (error: Error): void => logger.warn({ err: error }, 'an idle connection to the database broke');
  return createPool(databaseUrl, { role: 'engine', max: 24, onIdleError });
}

/**
 * Migrates the database, checks the master key against it, makes or checks the topics. Rejects with the reason, with WorldError while
 * the database or the log is away.
 */
export async function openRuntime(
  configuration: Configuration,
  { url: databaseUrl }: Pick<Database, 'url'>,
  logger: Logger,
): Promise<Runtime> {
  const { dataDir, masterKey: configured, partitions } = configuration;
  const masterKey = await loadMasterKey({ dataDir, ...(configured === null ? {} : { configured }) });
  await migrated(databaseUrl, logger);
  const clock = Date.now;
  const metrics = new Registry();
  const topics = topicNames();
  const pool = enginePool(databaseUrl, logger);
  let log: EngineLog | null = null;
  const close = async (): Promise<void> => {
    await log?.close();
    await pool.end();
  };
  try {
    const workspaceKeys = new PostgresWorkspaceKeys(pool, masterKey, clock);
    await workspaceKeys.checkMaster();
    log = await openLog({ configuration, logger, metrics, databaseUrl, pool });
    await ensureTopics(log, Object.values(topics), partitions, logger);
    const contactKeyCache = new ContactKeyCache(masterKey);
    return {
      ...{ configuration, logger, metrics, clock, databaseUrl, pool, log, topics, masterKey, workspaceKeys },
      checkpoints: new PostgresCheckpoints(pool),
      outbox: new PostgresOutbox(pool),
      contactKeyCache,
      contactKeys: new PostgresContactKeys(pool, contactKeyCache),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Makes the topics that are not there with so many partitions, and checks those that are: their number never changes, whatever is set.
 * Rejects with the reason when one cannot be used, with WorldError while the log is away.
 */
export async function ensureTopics(
  log: EngineLog,
  names: readonly string[],
  partitions: number,
  logger: Logger,
): Promise<void> {
  const there = await log.topics();
  for (const name of names) {
    const has = there.get(name) ?? partitions;
    if (has !== partitions)
      logger.warn(`${SETTINGS.partitions.name} is ${partitions}, and ${name} has ${has} partitions: that stays so`);
    await log.createTopic(name, has);
  }
}

/** Migrates, and opens what was added to the read-only logins. Rejects with WorldError when the database is away. */
export async function migrated(databaseUrl: string, logger: Logger): Promise<void> {
  const ran = await migrate(databaseUrl);
  if (ran.length > 0) logger.info({ migrations: ran }, 'the database was migrated');
  const pool = enginePool(databaseUrl, logger);
  try {
    await refreshReadRoles(pool);
  } finally {
    await pool.end();
  }
}
