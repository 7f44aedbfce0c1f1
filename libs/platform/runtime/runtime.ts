/** What every process of Afterclick stands on: settings, keys, the database and the log. */
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { loadMasterKey } from '#adapters/keys/master-key.js';
import { PostgresContactKeys } from '#adapters/postgres/keys/contact-keys.js';
import { PostgresWorkspaceKeys } from '#adapters/postgres/keys/workspace-keys.js';
import { PostgresCheckpoints } from '#adapters/postgres/log/checkpoints.js';
import { PostgresGenerations } from '#adapters/postgres/log/generations/postgres-generations.js';
import { migrate } from '#adapters/postgres/migrations/migrate.js';
import { PostgresOutbox } from '#adapters/postgres/outbox/outbox.js';
import { createPool, type Pool } from '#adapters/postgres/pool.js';
import { refreshReadRoles } from '#adapters/postgres/read-models/read-role.js';
import type { Generations } from '#engine/log/generations.js';
import { ContactKeyCache } from '#engine/sealing/contact-key-cache.js';
import type { MasterKey } from '#engine/sealing/sealing.js';
import { type Configuration, SETTINGS } from '../configuration/configuration.js';
import { Undo } from '../process/undo.js';
import type { Database } from './database.js';
import { openLog } from './engine-log.js';
import type { EngineLog } from './log-port.js';
import { FIRST_TOPICS, OpenGeneration, type TopicNames } from './open-generation.js';

/** Consumer group of the rules service. */
export const RULES_GROUP = 'rules';
/** Consumer group of the projection. */
export const PROJECTION_GROUP = 'projection';

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
  /** By the generation that is consumed now. */
  readonly topics: TopicNames;
  readonly generations: Generations;
  readonly masterKey: MasterKey;
  readonly workspaceKeys: PostgresWorkspaceKeys;
  readonly contactKeyCache: ContactKeyCache;
  readonly contactKeys: PostgresContactKeys;
  /** Closes the log and the pools; the database itself is its opener's to close. */
  close(): Promise<void>;
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
  const pool = enginePool(databaseUrl, logger);
  const undo = new Undo();
  undo.add(() => pool.end());
  try {
    const workspaceKeys = new PostgresWorkspaceKeys(pool, masterKey, clock);
    await workspaceKeys.checkMaster();
    const log = await openLog({ configuration, logger, metrics, databaseUrl, pool });
    undo.add(() => log.close());
    await ensureTopics(log, Object.values(FIRST_TOPICS), partitions, logger);
    const generations = new PostgresGenerations(pool, log, RULES_GROUP);
    const topics = await new OpenGeneration(() => generations.open()).start();
    undo.add(() => topics.stop());
    const contactKeyCache = new ContactKeyCache(masterKey);
    return {
      ...{
        configuration,
        logger,
        metrics,
        clock,
        databaseUrl,
        pool,
        log,
        topics,
        generations,
        masterKey,
        workspaceKeys,
      },
      checkpoints: new PostgresCheckpoints(pool),
      outbox: new PostgresOutbox(pool),
      contactKeyCache,
      contactKeys: new PostgresContactKeys(pool, contactKeyCache),
      close: () => undo.run(),
    };
  } catch (error) {
    await undo.run();
    throw error;
  }
}

/**
 * Makes the topics of which no generation is there, with so many partitions, and checks those that are: their number never changes,
 * whatever is set. Rejects with the reason when one cannot be used, with WorldError while the log is away.
 */
export async function ensureTopics(
  log: EngineLog,
  first: readonly string[],
  partitions: number,
  logger: Logger,
): Promise<void> {
  const there = await log.topics();
  for (const name of first) {
    const family = name.slice(0, name.lastIndexOf('.'));
    const generations = [...there].filter(([topic]) => topic.slice(0, topic.lastIndexOf('.')) === family);
    if (generations.length === 0) await log.createTopic(name, partitions);
    for (const [topic, has] of generations) await log.createTopic(topic, has);
    const [only, ...others] = generations;
    if (only !== undefined && others.length === 0 && only[1] !== partitions)
      logger.warn(`${SETTINGS.partitions.name} is ${partitions}, and ${name} has ${only[1]} partitions: that stays so`);
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
