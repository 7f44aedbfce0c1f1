/**
 * What ingest stands on: on Kafka the log alone. The database is asked for sources and keys while it is there; while it is away
 * their last good copies on disk serve, at a start too (engine.md 1).
 */
import { join } from 'node:path';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { SealedFile } from '#adapters/disk/sealed-file.js';
import { loadMasterKey } from '#adapters/keys/master-key.js';
import { PostgresWorkspaceKeys } from '#adapters/postgres/keys/workspace-keys.js';
import { databaseTrouble } from '#adapters/postgres/operations/database-probe.js';
import { WorldError } from '#engine/log/errors.js';
import type { Configuration } from '../configuration/configuration.js';
import { Undo } from '../process/undo.js';
import { isOnKafka, openAppendingLog } from './engine-log.js';
import { keepKeys } from './kept-keys.js';
import { FIRST_TOPICS } from './open-generation.js';
import { enginePool, ensureTopics, migrated, type Runtime } from './runtime.js';
import { assertSharedMasterKey, openServiceRuntime, sharedDatabaseUrl } from './service-runtime.js';

export interface IngestRuntime
  extends Pick<
    Runtime,
    'configuration' | 'logger' | 'metrics' | 'clock' | 'pool' | 'log' | 'topics' | 'masterKey' | 'workspaceKeys'
  > {
  /** Before sources get into their copy, the keys of their workspaces get into theirs. */
  readonly refreshKeys?: () => Promise<void>;
  close(): Promise<void>;
}

const DATABASE_MS = 3_000;

/** Rejects with WorldError while the log is away, or the database at a first start; with the reason when they cannot be used. */
export function openIngestRuntime(configuration: Configuration, logger: Logger): Promise<IngestRuntime> {
  return isOnKafka(configuration) ? openOnKafka(configuration, logger) : openServiceRuntime(configuration, logger);
}

async function openOnKafka(configuration: Configuration, logger: Logger): Promise<IngestRuntime> {
  const url = sharedDatabaseUrl(configuration);
  assertSharedMasterKey(configuration);
  const { dataDir, masterKey: configured } = configuration;
  const masterKey = await loadMasterKey({ dataDir, ...(configured === null ? {} : { configured }) });
  const clock = Date.now;
  const topics = FIRST_TOPICS;
  const undo = new Undo();
  try {
    const pool = enginePool(url, logger);
    undo.add(() => pool.end());
    const workspaceKeys = new PostgresWorkspaceKeys(pool, masterKey, clock);
    if ((await databaseTrouble(pool, DATABASE_MS)) === null) await unlessAway(prepare(url, logger, workspaceKeys));
    const copy = new SealedFile(join(dataDir, 'workspace-keys.sealed'), masterKey, 'workspace-keys');
    const onTrouble = (error: unknown): void =>
      logger.warn({ err: error }, 'the keys of the workspaces could not be read anew; the last ones serve on');
    const { refresh: refreshKeys, stop } = await keepKeys(workspaceKeys, copy, { onTrouble });
    undo.add(stop);
    const log = await openAppendingLog(configuration, logger);
    undo.add(() => log.close());
    await ensureTopics(log, [topics.engagements, topics.deliveries], configuration.partitions, logger);
    const metrics = new Registry();
    const close = () => undo.run();
    return { configuration, logger, metrics, clock, pool, log, topics, masterKey, workspaceKeys, refreshKeys, close };
  } catch (error) {
    await undo.run();
    throw error;
  }
}

async function prepare(url: string, logger: Logger, keys: PostgresWorkspaceKeys): Promise<void> {
  await migrated(url, logger);
  await keys.checkMaster();
}

/** What could not be done now is done by whoever starts while the database is there. */
async function unlessAway(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof WorldError)) throw error;
  }
}
