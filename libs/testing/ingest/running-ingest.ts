/** Ingest, the rules service and the mover of deliveries as one running process on a real Postgres, as a provider meets them. */
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { PostgresDeliveriesStore } from '#adapters/postgres/deliveries/deliveries-store.js';
import { PostgresWorkspaceKeys } from '#adapters/postgres/keys/workspace-keys.js';
import { PostgresLog } from '#adapters/postgres/log/postgres-log.js';
import { PostgresOutbox } from '#adapters/postgres/outbox/outbox.js';
import { createPool, type Pool } from '#adapters/postgres/pool.js';
import { createWorkspace } from '#adapters/postgres/registry/workspaces.js';
import { PostgresReplayTokens } from '#adapters/postgres/sources/replay-tokens.js';
import { PostgresSourceDirectory } from '#adapters/postgres/sources/source-directory.js';
import { createSource } from '#adapters/postgres/sources/sources.js';
import { deliveriesModule } from '#apps/ingest/deliveries.controller.js';
import { ingestModule } from '#apps/ingest/ingest.module.js';
import { rulesModule } from '#apps/rules/rules.module.js';
import type { Uuid } from '#contracts/ids.js';
import type { SourceSettings } from '#contracts/provider.js';
import { newDeliveryId } from '#engine/ingest/delivery-id.js';
import type { IngestMeter } from '#engine/ingest/meter.js';
import type { IngestPorts, Outside, Providers } from '#engine/ingest/ports.js';
import { ContactKeyCache } from '#engine/sealing/contact-key-cache.js';
import { memoryMasterKey } from '#engine/sealing/memory-keys.js';
import type { MasterKey } from '#engine/sealing/sealing.js';
import { LogServer } from '#platform/log-transport/log-server.js';
import { judge } from '#providers/judge.js';
import { providerNamed } from '#providers/registry.js';
import { testDatabase } from '../postgres.js';
import { until } from '../until.js';

export const INGEST_TOPICS = { engagements: 'engagements.g1', deliveries: 'deliveries.g1' } as const;

export interface IngestOptions {
  readonly clock: () => number;
  readonly meter: IngestMeter;
  readonly judge?: Providers['judge'];
  readonly outside?: Outside;
  readonly maxBytes?: number;
  readonly bodyTimeoutMs?: number;
  readonly partitions?: number;
}

export interface RegisteredSource {
  readonly workspaceId: Uuid;
  readonly sourceId: Uuid;
  readonly path: string;
}

export class RunningIngest {
  private constructor(
    readonly url: string,
    readonly pool: Pool,
    readonly master: MasterKey,
    readonly keys: PostgresWorkspaceKeys,
    private readonly parts: {
      readonly log: PostgresLog;
      readonly directory: PostgresSourceDirectory;
      readonly server: LogServer;
      readonly close: () => Promise<void>;
    },
  ) {}

  static async start(options: IngestOptions): Promise<RunningIngest> {
    const database = await testDatabase();
    const pool = createPool(database.url, { role: 'test', max: 24, connectTimeoutMs: 30_000 });
    const master = memoryMasterKey();
    const keys = new PostgresWorkspaceKeys(pool, master, options.clock);
    const log = await PostgresLog.open(database.url);
    for (const topic of [...Object.values(INGEST_TOPICS), 'contact-events.g1'])
      await log.createTopic(topic, options.partitions ?? 2);
    const directory = new PostgresSourceDirectory(pool, master);
    await directory.start();
    const ports: IngestPorts = {
      sources: directory,
      providers: { named: providerNamed, judge: options.judge ?? judge },
      keys,
      log,
      meter: options.meter,
      clock: options.clock,
      newId: newDeliveryId,
      topics: INGEST_TOPICS,
      outside: { replayTokens: new PostgresReplayTokens(pool), ...options.outside },
    };
    const limits = { maxBytes: options.maxBytes ?? 10_000_000, timeoutMs: options.bodyTimeoutMs ?? 5_000 };
    const contactKeyCache = new ContactKeyCache(master);
    const testing = await Test.createTestingModule({
      imports: [
        ingestModule(ports, limits),
        deliveriesModule(new PostgresDeliveriesStore(pool, log.checkpoints)),
        rulesModule({
          pool,
          log,
          checkpoints: log.checkpoints,
          outbox: new PostgresOutbox(pool),
          workspaceKeys: keys,
          contactKeyCache,
        }),
      ],
    }).compile();
    const app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    const server = new LogServer({ log });
    app.connectMicroservice({ strategy: server }, { inheritAppConfig: false });
    await app.startAllMicroservices();
    await app.listen(0, '127.0.0.1');
    const close = async (): Promise<void> => {
      await app.close();
      await directory.stop();
      await log.close();
      await pool.end();
      await database.drop();
    };
    return new RunningIngest(await app.getUrl(), pool, master, keys, { log, directory, server, close });
  }

  /** A source in a workspace of its own; ingest knows it after `refresh`. */
  async register(name: string, provider: string, settings: SourceSettings): Promise<RegisteredSource> {
    const workspace = await createWorkspace(this.pool, this.master, name);
    if (workspace === null) throw new Error(`there is a workspace ${name} already`);
    const { keys, ...rest } = settings;
    const wish = { workspaceId: workspace.id, name, provider, settings: rest, keys };
    const made = await createSource(this.pool, this.master, wish);
    if (made === null) throw new Error(`there is a source ${name} already`);
    return { workspaceId: workspace.id, sourceId: made.source.id, path: made.source.path };
  }

  refresh(): Promise<void> {
    return this.parts.directory.refresh();
  }

  /** Resolves when all that was appended so far is consumed; rejects with where it stands when that takes too long. */
  async settled(): Promise<void> {
    let behind: readonly string[] = [];
    const isSettled = async (): Promise<boolean> => {
      const groups = await this.parts.server.consumptions();
      behind = groups.flatMap(({ group, partitions }) =>
        partitions.flatMap(({ partition, next, end, trouble }) =>
          next === end ? [] : [`${group}/${partition} at ${next} of ${end}: ${trouble ?? 'no trouble'}`],
        ),
      );
      return behind.length === 0;
    };
    await until(isSettled, 30_000).catch((error: unknown) => {
      throw new Error(behind.join('; '), { cause: error });
    });
  }

  close(): Promise<void> {
    return this.parts.close();
  }
}
