/**
 * What a topic is on the cluster now: its id, which a topic made anew under the same name does not share, and the leaders of its
 * partitions. kafkajs asks for metadata in versions that carry no id, so version 10 is asked for here.
 * Source: https://kafka.apache.org/protocol#The_Messages_Metadata, KIP-516 (topic ids), KIP-482 (flexible versions).
 */
import type { Broker, Cluster, Kafka } from 'kafkajs';
import { clusterOf } from './cluster.js';
import { asked } from './failures.js';
import {
  type BrokerConnections,
  type Decoder,
  DecoderClass,
  EncoderClass,
  type ProtocolCall,
} from './kafkajs-internals.js';

export interface MappedTopic {
  /** 32 hexadecimal digits; null when the cluster is older than topic ids (Kafka 2.8). */
  readonly id: string | null;
  /** Node id of each partition's leader, -1 when there is none now. */
  readonly leaders: readonly number[];
}

const METADATA = 3;
const VERSION = 10;
const NO_ERROR = 0;

export class TopicMap {
  readonly #cluster: Cluster;

  /** `client`: one of its own. */
  constructor(client: Kafka) {
    this.#cluster = clusterOf(client);
  }

  /** Topics that do not exist are left out. Rejects with WorldError. */
  of(topics: readonly string[]): Promise<ReadonlyMap<string, MappedTopic>> {
    return asked(async () => {
      await this.#cluster.connect();
      await this.#cluster.refreshMetadataIfNecessary();
      const broker: Broker = await this.#cluster.findControllerBroker();
      const { versions, connectionPool } = broker as unknown as BrokerConnections;
      if ((versions?.[METADATA]?.maxVersion ?? 0) >= VERSION) return connectionPool.send(metadataOf(topics));
      const { topicMetadata } = await broker.metadata([...topics]);
      return new Map(
        topicMetadata.map(({ topic, partitionMetadata }) => [
          topic,
          { id: null, leaders: leadersOf(partitionMetadata) },
        ]),
      );
    });
  }

  close(): Promise<void> {
    return this.#cluster.disconnect();
  }
}

function metadataOf(topics: readonly string[]): ProtocolCall<ReadonlyMap<string, MappedTopic>> {
  return {
    request: {
      apiKey: METADATA,
      apiVersion: VERSION,
      apiName: 'Metadata',
      async encode() {
        // The flexible header ends in tagged fields, which kafkajs does not know of: they go first here.
        const encoder = new EncoderClass().writeUVarInt(0).writeUVarInt(topics.length + 1);
        for (const topic of topics) {
          for (let byte = 0; byte < 16; byte += 1) encoder.writeInt8(0);
          encoder.writeUVarIntString(topic).writeUVarInt(0);
        }
        return encoder.writeBoolean(false).writeBoolean(false).writeBoolean(false).writeUVarInt(0);
      },
    },
    response: {
      decode: async (payload) => decodeMetadata(new DecoderClass(payload)),
      parse: async (topicMap) => topicMap,
    },
  };
}

function decodeMetadata(decoder: Decoder): ReadonlyMap<string, MappedTopic> {
  skipTags(decoder);
  decoder.readInt32(); // throttled
  decoder.readUVarIntArray(() => {
    decoder.readInt32();
    decoder.readUVarIntString();
    decoder.readInt32();
    decoder.readUVarIntString();
    skipTags(decoder);
  });
  decoder.readUVarIntString(); // cluster
  decoder.readInt32(); // controller
  const topics = decoder.readUVarIntArray(readTopic) ?? [];
  return new Map(topics.filter(({ error }) => error === NO_ERROR).map(({ name, ...topic }) => [name, topic]));
}

function readTopic(decoder: Decoder): MappedTopic & { readonly name: string; readonly error: number } {
  const error = decoder.readInt16();
  const name = decoder.readUVarIntString() ?? '';
  const id = decoder.readBytes(16).toString('hex');
  decoder.readBoolean(); // internal
  const partitions = decoder.readUVarIntArray(readPartition) ?? [];
  decoder.readInt32(); // operations
  skipTags(decoder);
  return { error, name, id, leaders: leadersOf(partitions) };
}

interface Led {
  readonly partitionId: number;
  readonly leader: number;
}

function readPartition(decoder: Decoder): Led {
  decoder.readInt16(); // error
  const partitionId = decoder.readInt32();
  const leader = decoder.readInt32();
  decoder.readInt32(); // epoch
  for (let list = 0; list < 3; list += 1) decoder.readUVarIntArray(() => decoder.readInt32());
  skipTags(decoder);
  return { partitionId, leader };
}

function leadersOf(partitions: readonly Led[]): readonly number[] {
  return [...partitions].sort((a, b) => a.partitionId - b.partitionId).map(({ leader }) => leader);
}

function skipTags(decoder: Decoder): void {
  for (let left = decoder.readUVarInt(); left > 0; left -= 1) {
    decoder.readUVarInt();
    decoder.readBytes(decoder.readUVarInt());
  }
}
