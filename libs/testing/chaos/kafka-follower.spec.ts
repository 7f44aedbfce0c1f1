import { deriveId } from '#contracts/ids.js';
import type { JsonObject } from '#contracts/json.js';
import type { Appendable } from '#contracts/record.js';
import { MemoryLog } from '#engine/log/memory.js';
import { KafkaFollower } from './kafka-follower.js';

const sourceId = deriveId('source');
const record = (topic: string, name: string, type: string, data: JsonObject): Appendable => ({
  topic,
  key: deriveId('key'),
  workspaceId: deriveId('workspace'),
  id: deriveId(name),
  type,
  v: 1,
  at: 0,
  data: { sourceId, ...data },
  sealed: null,
});
const engagement = (name: string, delivery: string) =>
  record('engagements.g1', name, 'engagement', { deliveryId: deriveId(delivery) });
const request = (name: string, engagements: number) =>
  record('deliveries.g1', name, 'delivery_received', { engagements, unreadable: 0 });

it('counts what is told once, what ends as often as it is there, and what the log holds beyond', async () => {
  const log = new MemoryLog();
  for (const topic of ['engagements.g1', 'deliveries.g1']) log.createTopic(topic, 1);
  const follower = new KafkaFollower(log, log.checkpoints);
  for (const topic of ['engagements.g1', 'deliveries.g1']) await follower.follow(topic);
  const told = [engagement('a', 'one'), engagement('b', 'one'), request('one', 2)];
  await log.append([...told, engagement('b', 'one'), request('one', 2), engagement('c', 'cut short')]);
  const reached = (engagements: number, deliveries: number) => [
    { group: 'rules', topic: 'engagements.g1', partition: 0, next: engagements },
    { group: 'deliveries', topic: 'deliveries.g1', partition: 0, next: deliveries },
  ];
  expect(await follower.counted(reached(1, 1))).toEqual({ accepted: 2, ended: 1 });
  expect(await follower.counted(reached(4, 2))).toEqual({ accepted: 2, ended: 4 });
  // One came twice, and of one no request was ever told.
  expect(follower.surplus()).toBe(2);
  await log.close();
});
