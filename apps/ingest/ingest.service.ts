/** The ingest service: takes what providers send. It needs the log; the database only for what is new. */
import { databaseTrouble } from '#adapters/postgres/operations/database-probe.js';
import { Readiness } from '#platform/health/readiness.js';
import type { Probe } from '#platform/health/watched.js';
import { operationsModule, serviceModule } from '#platform/process/operations.module.js';
import type { Service } from '#platform/process/service.js';
import { type IngestRuntime, openIngestRuntime } from '#platform/runtime/ingest-runtime.js';
import { ingestHttp, ingestModule } from './ingest.module.js';
import { ingestPorts } from './ingest-ports.js';
import { sayPresence } from './presence.js';

export const ingestService: Service<IngestRuntime> = {
  name: 'ingest',
  open: openIngestRuntime,
  compose: async (runtime, undo) => {
    const { ports, directory } = await ingestPorts(runtime, runtime.metrics);
    undo.add(() => directory.stop());
    undo.add(sayPresence(runtime));
    const ingest = ingestModule(ports, ingestHttp(runtime.configuration));
    const module = serviceModule(ingest, operationsModule(runtime, readinessOf(runtime)));
    return { module, consumers: null };
  },
};

function readinessOf({ log, topics, pool }: IngestRuntime): Readiness {
  const groups = async () => {
    await log.ends(topics.engagements);
    return [];
  };
  return new Readiness({ watched: { groups, probes: [sourcesProbe(pool)] } });
}

const DATABASE_MS = 1_000;

function sourcesProbe(pool: IngestRuntime['pool']): Probe {
  return {
    part: 'sources',
    troubles: async () => [],
    notes: async () => {
      const trouble = await databaseTrouble(pool, DATABASE_MS);
      return trouble === null ? [] : [`${trouble} Sources and keys are the last ones read; changes to them wait.`];
    },
  };
}
