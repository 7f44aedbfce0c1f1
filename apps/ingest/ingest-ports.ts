/** Ingest's ports, wired with what the process has at hand. */
import { join } from 'node:path';
import type { Registry } from 'prom-client';
import { SealedFile } from '#adapters/disk/sealed-file.js';
import { PostgresReplayTokens } from '#adapters/postgres/sources/replay-tokens.js';
import { PostgresSourceDirectory } from '#adapters/postgres/sources/source-directory.js';
import { SnsCertificates } from '#adapters/sns/sns-certificates.js';
import { SnsConfirmations } from '#adapters/sns/sns-confirmations.js';
import { newDeliveryId } from '#engine/ingest/delivery-id.js';
import type { IngestPorts } from '#engine/ingest/ports.js';
import { ingestMeter } from '#platform/metrics/ingest-meter.js';
import type { IngestRuntime } from '#platform/runtime/ingest-runtime.js';
import { judge } from '#providers/judge.js';
import { providerNamed } from '#providers/registry.js';

export interface WiredIngest {
  readonly ports: IngestPorts;
  readonly directory: PostgresSourceDirectory;
}

/** Reads the sources; the last good copy is kept on disk, sealed. `directory.stop()` ends it. */
export async function ingestPorts(runtime: IngestRuntime, metrics: Registry): Promise<WiredIngest> {
  const { pool, masterKey, configuration, logger, log, workspaceKeys, clock, topics } = runtime;
  const file = new SealedFile(join(configuration.dataDir, 'sources.sealed'), masterKey, 'sources');
  const directory = new PostgresSourceDirectory(pool, masterKey, {
    copy: {
      load: () => file.load(),
      save: async (sources) => {
        await runtime.refreshKeys?.();
        await file.save(sources);
      },
    },
    onTrouble: (error) =>
      logger.warn({ err: error }, 'the sources could not be read anew; the last ones stay in force'),
  });
  await directory.start();
  const ports: IngestPorts = {
    sources: directory,
    providers: { named: providerNamed, judge },
    keys: workspaceKeys,
    log,
    meter: ingestMeter(metrics, logger),
    clock,
    newId: newDeliveryId,
    topics,
    roomBytes: Math.max(configuration.roomBytes, 2 * configuration.maxBodyBytes),
    outside: {
      certificates: new SnsCertificates({
        onTrouble: (error) => logger.warn({ err: error }, 'no certificate from SNS'),
      }),
      confirmations: new SnsConfirmations({
        onTrouble: (error) => logger.warn({ err: error }, 'a subscription was not confirmed at SNS; it asks again'),
      }),
      replayTokens: new PostgresReplayTokens(pool),
    },
  };
  return { ports, directory };
}
