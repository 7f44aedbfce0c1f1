/** Ingest alone over HTTP, on a log in memory: what is asked of it, what it keeps and what it counts. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { ingestModule } from '#apps/ingest/ingest.module.js';
import { deriveId } from '#contracts/ids.js';
import type { Provider } from '#contracts/provider.js';
import type { LogRecord } from '#contracts/record.js';
import { newDeliveryId } from '#engine/ingest/delivery-id.js';
import type { AlertAbout } from '#engine/ingest/meter.js';
import type { IngestPorts, Outside } from '#engine/ingest/ports.js';
import type { Source } from '#engine/ingest/source.js';
import { MemoryLog, MemoryStore } from '#engine/log/memory.js';
import { MemoryWorkspaceKeys } from '#engine/sealing/memory-keys.js';
import type { BodyLimits } from '#platform/http/raw-body.js';
import { httpAdapter } from '#platform/process/listen.js';
import { judge } from '#providers/judge.js';
import { providerNamed } from '#providers/registry.js';

export const MEMORY_TOPICS = { engagements: 'engagements.g1', deliveries: 'deliveries.g1' } as const;
export const MEMORY_WORKSPACE = deriveId('workspace', 'acme');

export function memorySource(path: string, provider: string, more: Partial<Source> = {}): Source {
  return {
    id: deriveId('source', path),
    workspaceId: MEMORY_WORKSPACE,
    path,
    name: path,
    provider,
    state: 'active',
    settings: { scheme: 'none', keys: [] },
    ...more,
  };
}

export interface MemoryIngestOptions {
  readonly sources: readonly Source[];
  /** Made a moment ago: in memory only once they are looked up. */
  readonly fresh?: readonly Source[];
  /** Beside those of the registry. */
  readonly providers?: Readonly<Record<string, Provider>>;
  readonly now?: () => number;
  readonly outside?: Outside;
  readonly limits?: Partial<BodyLimits>;
  readonly roomBytes?: number;
  /** Addresses of proxies in front. */
  readonly trustedProxies?: readonly string[];
}

export class MemoryIngest {
  /** What was counted, in order: `received`, `verified`, kinds of refusal, alarms and alerts by their message. */
  readonly counted: string[] = [];
  readonly alerts: ({ readonly message: string } & AlertAbout)[] = [];
  /** What came with the alarms. */
  readonly faults: unknown[] = [];
  readonly store = new MemoryStore();
  readonly keys = new MemoryWorkspaceKeys();
  readonly #log = new MemoryLog(this.store);
  #app: NestFastifyApplication | undefined;
  url = '';

  static async start(options: MemoryIngestOptions): Promise<MemoryIngest> {
    const ingest = new MemoryIngest();
    await ingest.#start(options);
    return ingest;
  }

  async #start(options: MemoryIngestOptions): Promise<void> {
    const { fresh = [], providers, now, outside, limits, roomBytes, trustedProxies = [] } = options;
    for (const topic of Object.values(MEMORY_TOPICS)) this.#log.createTopic(topic, 4);
    const sources = [...options.sources];
    const count = (what: string) => void this.counted.push(what);
    const ports: IngestPorts = {
      sources: {
        find: (path) => sources.find((one) => one.path === path),
        lookUp: async (path) => void sources.push(...fresh.filter((one) => one.path === path)),
      },
      providers: { named: (name) => providers?.[name] ?? providerNamed(name), judge },
      keys: this.keys,
      log: this.#log,
      meter: {
        received: () => count('received'),
        verified: () => count('verified'),
        rejected: (_, kind) => count(kind),
        stored: () => count('stored'),
        lag: () => undefined,
        unavailable: () => count('unavailable'),
        alarm: (_, message, error) => {
          count(message);
          if (error !== undefined) this.faults.push(error);
        },
        alert: (_, message, about) => {
          count(message);
          this.alerts.push({ message, ...about });
        },
      },
      clock: now ?? Date.now,
      newId: newDeliveryId,
      topics: MEMORY_TOPICS,
      ...(outside === undefined ? {} : { outside }),
      ...(roomBytes === undefined ? {} : { roomBytes }),
    };
    const testing = await Test.createTestingModule({
      imports: [ingestModule(ports, { maxBytes: 100_000, timeoutMs: 1_000, ...limits })],
    }).compile();
    const adapter = httpAdapter({ host: '127.0.0.1', trustedProxies, allowPlainHttp: false }, null);
    this.#app = testing.createNestApplication<NestFastifyApplication>(adapter, { logger: false });
    await this.#app.listen(0, '127.0.0.1');
    this.url = await this.#app.getUrl();
  }

  records(topic: keyof typeof MEMORY_TOPICS): LogRecord[] {
    return this.store.of(MEMORY_TOPICS[topic]).flat();
  }

  /** Forgets what was kept and counted. */
  clear(): void {
    this.counted.length = 0;
    this.faults.length = 0;
    this.alerts.length = 0;
    this.store.away = false;
    for (const topic of Object.values(MEMORY_TOPICS))
      for (const partition of this.store.of(topic)) partition.length = 0;
  }

  async close(): Promise<void> {
    await this.#app?.close();
    await this.#log.close();
  }
}
