/** The parts of kafkajs 2.2.4 that it does not export and this adapter needs. The version is pinned, and a spec uses each of them. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export interface RequestQueue {
  /** HOST:PORT. */
  readonly broker: string;
  readonly pending: readonly unknown[];
  readonly inflight: ReadonlyMap<number, unknown>;
  scheduleCheckPendingRequests(): void;
  destroy(): void;
  rejectAll(error: Error): void;
}

export interface Decoder {
  readInt8(): number;
  readInt16(): number;
  readInt32(): number;
  readBoolean(): boolean;
  readBytes(length: number): Buffer;
  readUVarInt(): number;
  readUVarIntString(): string | null;
  readUVarIntArray<T>(read: (decoder: Decoder) => T): T[] | null;
}

export interface Encoder {
  writeInt8(value: number): this;
  writeUVarInt(value: number): this;
  writeUVarIntString(value: string | null): this;
  writeBoolean(value: boolean): this;
}

/** What a connection takes: a request of the protocol, and how its answer is read. */
export interface ProtocolCall<T> {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    encode(): Promise<Encoder>;
  };
  readonly response: { decode(payload: Buffer): Promise<T>; parse(decoded: T): Promise<T> };
}

/** A broker of a kafkajs cluster, with the connections its type leaves out. */
export interface BrokerConnections {
  /** By API key; null before the first connection. */
  readonly versions: Readonly<Record<number, { readonly maxVersion: number } | undefined>> | null;
  readonly connectionPool: { send<T>(call: ProtocolCall<T>): Promise<T> };
}

export const RequestQueueClass = require('kafkajs/src/network/requestQueue') as { prototype: RequestQueue };
export const ConnectionClosedError = (
  require('kafkajs/src/errors') as {
    KafkaJSConnectionClosedError: new (message: string, at: { readonly host: string; readonly port: number }) => Error;
  }
).KafkaJSConnectionClosedError;
export const EncoderClass = require('kafkajs/src/protocol/encoder') as new () => Encoder;
export const DecoderClass = require('kafkajs/src/protocol/decoder') as new (buffer: Buffer) => Decoder;
