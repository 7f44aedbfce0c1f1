import type { KafkaMessage } from 'kafkajs';
import { deriveId } from '#contracts/ids.js';
import type { Appendable } from '#contracts/record.js';
import { StopPartitionError } from '#engine/log/errors.js';
import { decode, encode } from './codec.js';

const record: Appendable = {
  topic: 'engagements.g1',
  key: deriveId('subject'),
  workspaceId: deriveId('workspace'),
  id: deriveId('id'),
  type: 'engagement',
  v: 1,
  at: 1_700_000_000_000,
  data: { text: 'ä "quoted"', list: [1, null, { deep: true }] },
  sealed: Buffer.from([0, 1, 255]),
};

/** What the broker would hand back. */
function fetched(message: ReturnType<typeof encode>, change: Partial<KafkaMessage> = {}): KafkaMessage {
  const headers = Object.fromEntries(
    Object.entries(message.headers ?? {}).map(([name, value]) => [name, Buffer.from(value as string | Buffer)]),
  );
  const key = message.key === null ? null : Buffer.from(message.key as string);
  const value = Buffer.from(message.value as string);
  return { key, value, headers, offset: '7', timestamp: '0', attributes: 0, ...change } as KafkaMessage;
}

it('carries a record whole', () => {
  expect(decode(record.topic, 3, fetched(encode(record, 3)))).toEqual({ ...record, partition: 3, position: 7 });
  const bare: Appendable = { ...record, key: null, sealed: null, partition: 2 };
  expect(decode(record.topic, 2, fetched(encode(bare, 2)))).toEqual({ ...bare, position: 7 });
  const empty: Appendable = { ...record, sealed: Buffer.alloc(0) };
  expect(decode(record.topic, 3, fetched(encode(empty, 3))).sealed).toEqual(Buffer.alloc(0));
});

it('stops at what it did not write, and names the place', () => {
  const message = encode(record, 3);
  const read = (change: Partial<KafkaMessage>) => () => decode(record.topic, 3, fetched(message, change));
  const json = (value: unknown) => read({ value: Buffer.from(JSON.stringify(value)) });
  expect(read({ value: null })).toThrow(StopPartitionError);
  expect(read({ value: null })).toThrow('engagements.g1/3 at 7: the message was not written by Afterclick');
  expect(read({ value: Buffer.from('hello') })).toThrow(StopPartitionError);
  for (const foreign of [null, [], {}, { ...record, v: '1' }, { ...record, at: 1.5 }, { ...record, data: null }]) {
    expect(json(foreign)).toThrow(StopPartitionError);
  }
});
