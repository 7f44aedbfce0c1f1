import type { Input } from '#contracts/inputs.js';
import type { LogRecord } from '#contracts/record.js';
import { PoisonError, StopPartitionError } from '#engine/log/errors.js';
import { assertKnownInput, openInput, sealInput } from './input-codec.js';
import { MemoryWorkspaceKeys } from './memory-keys.js';

const workspaceId = '00000000-0000-8000-8000-000000000001';
const at = Date.UTC(2026, 10, 3);
const address = { topic: 'engagements.g1', key: workspaceId, workspaceId, id: workspaceId, at };
const upsert: Input = {
  type: 'contact_upsert',
  v: 1,
  data: {},
  pii: { identity: { kind: 'email', value: 'ada@example.org' }, stage: 'lead' },
};

const read = (record: object): LogRecord => ({ ...record, partition: 0, position: 7 }) as LogRecord;

describe('inputs on the log', () => {
  it('open to what was sealed, and show nothing personal before', async () => {
    const key = await new MemoryWorkspaceKeys().daily(workspaceId, at, 'engagements');
    const record = sealInput(upsert, address, key);
    expect(JSON.stringify(record.data)).not.toContain('ada');
    expect(openInput(read(record), key)).toEqual(upsert);
  });

  it('carry no sealed bytes where there is nothing personal', () => {
    const unpark: Input = { type: 'unpark', v: 1, data: {}, pii: null };
    const record = sealInput(unpark, address, null);
    expect(record.sealed).toBeNull();
    expect(openInput(read(record), null)).toEqual(unpark);
  });

  it('stop the reader when their type or version is not known', () => {
    for (const unknown of [
      { type: 'merged', v: 1 },
      { type: 'engagement', v: 2 },
      { type: 'toString', v: 1 },
    ])
      expect(() => assertKnownInput({ ...unknown, position: 0 })).toThrow(StopPartitionError);
  });

  it('are poison when moved, or without their personal data', async () => {
    const key = await new MemoryWorkspaceKeys().daily(workspaceId, at, 'engagements');
    const record = sealInput(upsert, address, key);
    expect(() => openInput(read({ ...record, id: '00000000-0000-8000-8000-000000000002' }), key)).toThrow(PoisonError);
    expect(() => openInput(read({ ...record, sealed: null }), key)).toThrow(PoisonError);
    expect(() => openInput(read({ ...record, sealed: key.seal('text', record.id) }), key)).toThrow(PoisonError);
  });

  it('are lost with the day key', async () => {
    const keys = new MemoryWorkspaceKeys();
    keys.destroy(workspaceId, at, 'engagements');
    await expect(keys.daily(workspaceId, at, 'engagements')).rejects.toThrow(PoisonError);
  });
});
