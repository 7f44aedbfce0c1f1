/** The demo's workspace in a cluster, as a first start of the standalone has it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDemoWorkspace } from '#apps/standalone/demo/demo-workspace.js';
import type { Where } from '#apps/standalone/describe-start.js';
import { localAccess } from '#apps/standalone/local-access.js';
import { readConfiguration } from '#platform/configuration/configuration.js';
import { createLogger } from '#platform/logging/logger.js';
import { openServiceRuntime } from '#platform/runtime/service-runtime.js';
import type { Cluster } from './cluster.js';

export interface Demo extends Where {
  readonly workspaceId: string;
}

export async function withDemo(cluster: Cluster, masterKey: string): Promise<Demo> {
  const dataDir = join(cluster.folder, 'demo');
  mkdirSync(dataDir, { recursive: true });
  const configuration = readConfiguration({
    AFTERCLICK_MASTER_KEY: masterKey,
    AFTERCLICK_DATA: dataDir,
    AFTERCLICK_KAFKA_BROKERS: cluster.kafka.brokers.join(','),
    AFTERCLICK_KAFKA_REPLICATION: String(Math.min(3, cluster.kafka.brokers.length)),
    DATABASE_URL: cluster.databaseUrl,
  });
  const runtime = await openServiceRuntime(configuration, createLogger('error'));
  try {
    const workspace = await ensureDemoWorkspace(runtime, 'demo');
    return { ...(await localAccess(runtime, workspace, cluster.of('api')[0]?.url ?? '')), workspaceId: workspace.id };
  } finally {
    await runtime.close();
  }
}
