/**
 * Seals a topic: its leaders refuse every batch, however small (max.message.bytes = 0). A leader decides that in the order of its
 * partition, and one that comes to lead has read the setting before it leads (KRaft: both are records of the metadata log). So what
 * was refused once is refused for good, whatever each producer knows.
 */
import { setTimeout as sleep } from 'node:timers/promises';
// CommonJS: Node sees only some of its exports by name.
import kafkajs, { type Admin } from 'kafkajs';
import { deriveId } from '#contracts/ids.js';
import type { Appendable } from '#contracts/record.js';
import { SealedError, WorldError } from '#engine/log/errors.js';
import { GENERATION_ENDED } from '#engine/log/generations.js';
import { asked } from './failures.js';

const { ConfigResourceTypes } = kafkajs;
const LIMIT = 'max.message.bytes';
/** Where a setting of a topic comes from: itself (DescribeConfigs, config_source 1). */
const OF_THE_TOPIC = 1;
const NOBODY = '00000000-0000-0000-0000-000000000000';
const AGAIN_MS = 100;
const SEALED_BY_MS = 60_000;

export interface Sealing {
  readonly admin: Admin;
  /** One record to the partition it names. Rejects with SealedError when its leader refuses it. */
  probe(record: Appendable): Promise<void>;
  /** Milliseconds after which whatever was accepted before the seal is acknowledged, or never will be. */
  readonly settledMs: number;
}

/** Resolves when every leader refuses and what it accepted before is settled. Rejects with WorldError when that takes over a minute. */
export async function sealTopic(
  topic: string,
  partitions: number,
  { admin, probe, settledMs }: Sealing,
): Promise<void> {
  await setLimit(admin, topic);
  const end = performance.now() + SEALED_BY_MS;
  for (let partition = 0; partition < partitions; partition += 1) {
    while (!(await isSealed(topic, partition, probe))) {
      if (performance.now() > end) throw new WorldError(`Kafka: ${topic}/${partition} still takes records`);
      await sleep(AGAIN_MS);
    }
  }
  await sleep(settledMs);
}

/** What a leader still takes marks the end, and means nothing to whoever reads it. */
async function isSealed(topic: string, partition: number, probe: Sealing['probe']): Promise<boolean> {
  const id = deriveId('generation ended', topic, partition);
  const mark = { topic, key: null, partition, workspaceId: NOBODY, id, type: GENERATION_ENDED, v: 1, at: Date.now() };
  try {
    await probe({ ...mark, data: {}, sealed: null });
    return false;
  } catch (error) {
    if (error instanceof SealedError) return true;
    throw error;
  }
}

/** kafkajs knows only the call that replaces all settings of a topic: those it has are given again. */
async function setLimit(admin: Admin, topic: string): Promise<void> {
  const resource = { type: ConfigResourceTypes.TOPIC, name: topic };
  const { resources } = await asked(() => admin.describeConfigs({ resources: [resource], includeSynonyms: false }));
  const kept = (resources[0]?.configEntries ?? [])
    .filter(({ configName, configSource }) => Number(configSource) === OF_THE_TOPIC && configName !== LIMIT)
    .map(({ configName, configValue }) => ({ name: configName, value: configValue }));
  const configEntries = [...kept, { name: LIMIT, value: '0' }];
  await asked(() => admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries }] }));
}
