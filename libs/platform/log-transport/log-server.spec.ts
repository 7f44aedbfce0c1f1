import 'reflect-metadata';
import { Controller, Inject, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { deriveId } from '#contracts/ids.js';
import type { Appendable } from '#contracts/record.js';
import { until } from '#engine/log/conformance/harness.js';
import { PoisonError, StopPartitionError, WorldError } from '#engine/log/errors.js';
import type { Batch } from '#engine/log/log.js';
import { MemoryLog } from '#engine/log/memory.js';
import { inMemoryTransaction } from '#engine/transaction/memory-transaction.js';
import { BatchHandler, type Poison, PoisonHandler } from './batch-handler.js';
import { LogServer } from './log-server.js';

const log = new MemoryLog();
const topic = 'engagements.g1';
log.createTopic(topic, 2);
log.createTopic('deliveries.g1', 1);

const applied: unknown[] = [];
const parked: unknown[] = [];
/** What the next batches meet, one each. */
const faults: Error[] = [];

async function move({ fence, first, next }: Batch): Promise<void> {
  await inMemoryTransaction((tx) => log.checkpoints.advance(tx, fence, first, next));
}

@Injectable()
class Ledger {
  apply(batch: Batch): void {
    applied.push(...batch.records.map((record) => record.data['n']));
  }
}

@Controller()
class Rules {
  constructor(@Inject(Ledger) private readonly ledger: Ledger) {}

  @BatchHandler({ group: 'rules', topic: 'engagements', maxRecords: 10 })
  async decide(batch: Batch): Promise<void> {
    const fault = faults.shift();
    if (fault) throw fault;
    if (batch.records.some((record) => record.data['n'] === 'poison')) throw new PoisonError('cannot be read');
    this.ledger.apply(batch);
    await move(batch);
  }

  @PoisonHandler({ group: 'rules', topic: 'engagements' })
  async park({ batch, error }: Poison): Promise<void> {
    parked.push({ n: batch.records[0]?.data['n'], error });
    await move(batch);
  }

  @BatchHandler({ group: 'raw', topic: 'deliveries', maxRecords: 10 })
  async keep(): Promise<void> {
    throw new StopPartitionError('version 9 is not known');
  }
}

@Module({ controllers: [Rules], providers: [Ledger] })
class App {}

const record = (n: number | string, of = topic): Appendable => {
  const id = deriveId('record', n);
  return {
    topic: of,
    key: deriveId('key'),
    workspaceId: deriveId('w'),
    id,
    type: 'test',
    v: 1,
    at: 1,
    data: { n },
    sealed: null,
  };
};

it('hands whole batches to decorated methods of a real microservice, and their errors to the runner', async () => {
  const stopped: string[] = [];
  const server = new LogServer({
    log,
    onStopped: ({ group, topic: of }, partition, reason) =>
      void stopped.push(`${group} ${of}/${partition} ${reason.message}`),
  });
  const testing = await Test.createTestingModule({ imports: [App] }).compile();
  testing.useLogger(false);
  const app = testing.createNestMicroservice({ strategy: server });
  await log.append([record(1), record(2)]);
  await app.listen();
  await until(() => applied.length === 2, 'both are applied');

  faults.push(new WorldError('the database is away'));
  await log.append([record(3)]);
  await until(() => applied.length === 3, 'it is tried again');

  await log.append([record('poison'), record(4), record('x', 'deliveries.g1')]);
  await until(() => applied.length === 4, 'what follows the poison is applied');
  expect(applied).toEqual([1, 2, 3, 4]);
  expect(parked).toEqual([{ n: 'poison', error: new PoisonError('cannot be read') }]);

  await until(() => stopped.length === 1, 'the other stops');
  expect(stopped).toEqual(['raw deliveries/0 version 9 is not known']);
  const status = await server.consumptions();
  expect(status.find(({ group }) => group === 'raw')?.partitions[0]?.trouble).toBe('version 9 is not known');
  expect(status.find(({ group }) => group === 'rules')?.partitions.map(({ next, end }) => next - end)).toEqual([0, 0]);

  await app.close();
  await log.append([record(5)]);
  expect(applied).toHaveLength(4);
  await log.close();
});

it('refuses two handlers of one topic in one group', () => {
  const server = new LogServer({ log });
  const extras = { binding: { role: 'batch', group: 'g', topic: 'engagements', maxRecords: 1 } };
  server.addHandler('g', async () => undefined, true, extras);
  expect(() => server.addHandler('g', async () => undefined, true, extras)).toThrow('two methods are batch handlers');
  expect(() => server.addHandler('other', async () => undefined, true)).toThrow('without @BatchHandler');
});

it('hands no more records at once than the settings allow, and no more than the handler asked for', async () => {
  const asked: number[] = [];
  const consume = async ({ maxRecords }: { readonly maxRecords: number }) => {
    asked.push(maxRecords);
    return { drain: async () => undefined, status: async () => [] };
  };
  for (const maxRecords of [3, 500]) {
    const server = new LogServer({ log: { consume }, maxRecords });
    const testing = await Test.createTestingModule({ imports: [App] }).compile();
    testing.useLogger(false);
    const app = testing.createNestMicroservice({ strategy: server });
    await app.listen();
    await app.close();
  }
  expect(asked).toEqual([3, 3, 10, 10]);
});
