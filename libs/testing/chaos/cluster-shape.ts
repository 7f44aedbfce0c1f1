/** The services of docker-compose.yml, each a process of its own, on three Kafka brokers and one Postgres. */
import { join } from 'node:path';
import { startCluster } from '../cluster/cluster.js';
import { Database } from './database.js';
import type { Instance } from './instance.js';
import { kafkaLogView } from './log-view.js';
import { type Shape, type ShapeOptions, stopInstances } from './shape.js';
import { createdWorkspace } from './workspace.js';

const BROKERS = 3;
const SETTINGS = {
  AFTERCLICK_PARTITIONS: '4',
  // The target of the fault run listens on loopback.
  AFTERCLICK_ALLOW_PRIVATE_WEBHOOKS: 'true',
  TZ: 'UTC',
};

export async function clusterShape({ folder, rules, masterKey }: ShapeOptions): Promise<Shape> {
  const cluster = await startCluster({
    brokers: BROKERS,
    instances: { rules: 2, projection: 2 },
    masterKey,
    env: SETTINGS,
    folder,
  });
  const log = await kafkaLogView(cluster.kafka.brokers);
  const env = {
    ...SETTINGS,
    AFTERCLICK_MASTER_KEY: masterKey,
    AFTERCLICK_KAFKA_BROKERS: cluster.kafka.brokers.join(','),
    AFTERCLICK_KAFKA_REPLICATION: String(BROKERS),
    DATABASE_URL: cluster.databaseUrl,
  };
  return {
    name: 'cluster',
    instances: cluster.instances,
    ingest: cluster.of('ingest') as readonly [Instance, ...Instance[]],
    api: cluster.of('api')[0] as Instance,
    of: (service) => cluster.of(service),
    database: new Database({ url: cluster.databaseUrl, pid: () => cluster.databasePid() }),
    log,
    brokers: cluster.kafka.nodes,
    env,
    shared: true,
    enter: () => createdWorkspace(env, join(folder, 'beside'), rules),
    complete: async () => undefined,
    async stop() {
      const faults = await stopInstances(cluster.instances);
      await log.close();
      await cluster.stop();
      return faults;
    },
  };
}
