/** Our topics on the cluster: made with the settings the engine relies on, or refused with the reason (engine.md 3). */
// CommonJS: Node sees only some of its exports by name.
import kafkajs, { type Admin } from 'kafkajs';
import { generationOf } from '#contracts/topics.js';
import { asked, patiently, sorted } from './failures.js';

export interface TopicSettings {
  /** Copies of each record; 3, or 1 on a development machine. */
  readonly replication: number;
  readonly retentionDays: number;
}

const DAY_MS = 86_400_000;
/** Above the largest body a webhook may be allowed (64 MiB) with its envelope; below what a broker takes as one request (100 MiB). */
export const MAX_RECORD_BYTES = 72 * 1024 * 1024;

/** An acknowledged record survives the loss of a broker where there are three. */
function inSyncOf(replication: number): number {
  return Math.min(2, replication);
}

/**
 * Makes the topic, or checks the one there is. Rejects with the reason when its partitions or settings would lose or reorder
 * records, with WorldError when the cluster is away.
 */
export async function ensureTopic(
  admin: Admin,
  name: string,
  partitions: number,
  settings: TopicSettings,
): Promise<void> {
  generationOf(name);
  if (await create(admin, name, partitions, settings)) return;
  // Another process may have made it just now, and not every broker knows yet.
  const problems = await patiently(async () => [
    ...(await misplaced(admin, name, partitions, settings)),
    ...(await misconfigured(admin, name, settings)),
  ]);
  if (problems.length > 0) throw new Error(`topic ${name} cannot be used: ${problems.join('; ')}`);
}

/** False when it exists. */
async function create(admin: Admin, name: string, partitions: number, settings: TopicSettings): Promise<boolean> {
  const { replication, retentionDays } = settings;
  const config: Record<string, string> = {
    'cleanup.policy': 'delete',
    'retention.ms': String(retentionDays * DAY_MS),
    'min.insync.replicas': String(inSyncOf(replication)),
    'unclean.leader.election.enable': 'false',
    'max.message.bytes': String(MAX_RECORD_BYTES),
    // Retention counts from the broker's own clock, whatever time a record bears.
    'message.timestamp.type': 'LogAppendTime',
  };
  const configEntries = Object.entries(config).map(([key, value]) => ({ name: key, value }));
  const topic = { topic: name, numPartitions: partitions, replicationFactor: replication, configEntries };
  try {
    return await admin.createTopics({ topics: [topic], waitForLeaders: false });
  } catch (error) {
    const refusals = (error as { errors?: readonly { type?: string }[] }).errors ?? [];
    if (refusals.every(({ type }) => type !== 'INVALID_REPLICATION_FACTOR') || refusals.length === 0)
      throw sorted(error);
    const { brokers } = await asked(() => admin.describeCluster());
    throw new Error(
      `topic ${name} needs ${replication} replicas and the cluster has ${brokers.length} broker(s): add brokers, or set ` +
        'AFTERCLICK_KAFKA_REPLICATION=1 where losing a disk may lose events (development)',
      { cause: error },
    );
  }
}

async function misplaced(admin: Admin, name: string, partitions: number, settings: TopicSettings): Promise<string[]> {
  const { topics } = await asked(() => admin.fetchTopicMetadata({ topics: [name] }));
  const there = topics[0]?.partitions ?? [];
  const copies = Math.min(...there.map(({ replicas }) => replicas.length));
  const problems: string[] = [];
  if (there.length !== partitions) {
    problems.push(
      `it has ${there.length} partitions and ${partitions} are set: the number never changes, because it decides where a ` +
        `contact's inputs go (set ${there.length}, or start a new generation)`,
    );
  }
  if (copies < settings.replication) problems.push(`it has ${copies} replica(s) and needs ${settings.replication}`);
  return problems;
}

async function misconfigured(admin: Admin, name: string, settings: TopicSettings): Promise<string[]> {
  const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name };
  const { resources } = await asked(() => admin.describeConfigs({ resources: [resource], includeSynonyms: false }));
  const config = new Map(resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]));
  const problems: string[] = [];
  const policy = config.get('cleanup.policy');
  if (policy !== 'delete') problems.push(`cleanup.policy is ${policy}: compaction makes gaps, it must be delete`);
  const retention = Number(config.get('retention.ms'));
  if (retention >= 0 && retention < settings.retentionDays * DAY_MS) {
    problems.push(`retention.ms is ${retention}: it must be ${settings.retentionDays * DAY_MS} or more`);
  }
  const inSync = Number(config.get('min.insync.replicas'));
  if (inSync < inSyncOf(settings.replication)) {
    problems.push(`min.insync.replicas is ${inSync}: it must be ${inSyncOf(settings.replication)}`);
  }
  if (config.get('unclean.leader.election.enable') === 'true') {
    problems.push('unclean.leader.election.enable is true: acknowledged records could be lost');
  }
  return problems;
}

/** Partitions of every topic of ours, by name. Rejects with WorldError. */
export async function ourTopics(admin: Admin): Promise<ReadonlyMap<string, number>> {
  const names = (await asked(() => admin.listTopics())).filter((name) => /^[a-z-]+[a-z0-9-]*\.g\d+$/.test(name));
  if (names.length === 0) return new Map();
  const { topics } = await asked(() => admin.fetchTopicMetadata({ topics: names }));
  return new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
}
