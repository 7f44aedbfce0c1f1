import { createRequire } from 'node:module';
import type { Admin } from 'kafkajs';
import { WorldError } from '#engine/log/errors.js';
import { KnownTopics } from './known-topics.js';
import type { TopicMap } from './topic-map.js';

const require = createRequire(import.meta.url);
/** The client's own admin, over a cluster that is played here. */
const adminOf = require('kafkajs/src/admin') as (parts: object) => Admin;

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const instrumentationEmitter = { emit: () => undefined, addListener: () => () => undefined };
const TOPIC = 'engagements.g1';
const PARTITIONS = [{ partitionId: 0 }, { partitionId: 1 }];
const DESCRIBED = { name: TOPIC, partitions: PARTITIONS };

async function topicsOver(cluster: object): Promise<KnownTopics> {
  const admin = adminOf({ logger: { ...quiet, namespace: () => quiet }, cluster, instrumentationEmitter, retry: {} });
  const there = { listTopics: async () => [TOPIC], fetchTopicMetadata: async () => ({ topics: [DESCRIBED] }) };
  const map: Pick<TopicMap, 'of'> = { of: async () => new Map() };
  const topics = new KnownTopics({ ...admin, ...there } as unknown as Admin, map as TopicMap, null);
  await topics.load();
  return topics;
}

/** As kafkajs' cluster is, after `lost` of its pictures of the cluster did not have the topic. */
function forgetful(lost: number) {
  let asked = 0;
  const answer = (offset: string) => PARTITIONS.map(({ partitionId }) => ({ partition: partitionId, offset }));
  return {
    addTargetTopic: async () => undefined,
    refreshMetadataIfNecessary: async () => undefined,
    findTopicPartitionMetadata: () => {
      asked += 1;
      return asked <= lost ? [] : PARTITIONS;
    },
    fetchTopicsOffset: async ([wish]: [{ partitions: object[]; fromBeginning: boolean }]) =>
      wish.partitions.length === 0 ? [] : [{ topic: TOPIC, partitions: answer(wish.fromBeginning ? '3' : '8') }],
  };
}

it('calls it a fault of the world when the client has lost sight of a topic, and answers when it sees it again', async () => {
  const topics = await topicsOver(forgetful(1));
  await expect(topics.bounds(TOPIC)).rejects.toThrow(WorldError);
  const bounds = { low: 3, high: 8 };
  await expect(topics.bounds(TOPIC)).resolves.toEqual([bounds, bounds]);
});
