import { randomUUID } from 'node:crypto';
import { Test } from '@nestjs/testing';
import { contactEventRecord } from '#contracts/contact-event-record.js';
import { laneOf } from '#contracts/topics.js';
import type { DeliveriesStore } from '#engine/deliveries/deliveries.js';
import type { LeasedEffect, RequestedEffect } from '#engine/effects/effect.js';
import type { EffectCopies, EffectQueue, Settlement } from '#engine/effects/queue.js';
import { WorldError } from '#engine/log/errors.js';
import { MemoryLog } from '#engine/log/memory.js';
import { MemoryWorkspaceKeys, memoryMasterKey } from '#engine/sealing/memory-keys.js';
import { inMemoryTransaction } from '#engine/transaction/memory-transaction.js';
import { LogServer } from '#platform/log-transport/log-server.js';
import { until } from '#testing/until.js';
import { deliveriesModule } from '../ingest/deliveries.controller.js';
import { deliveryModule } from './delivery.module.js';
import { EffectWorkers } from './effect-workers.js';

it('copies what is asked for from the log, carries it out and settles it, as a Nest microservice', async () => {
  const log = new MemoryLog();
  log.createTopic('contact-events.g1', 1);
  log.createTopic('deliveries.g1', 1);
  const waiting: RequestedEffect[] = [];
  const settled: Settlement[] = [];
  const copies: EffectCopies = {
    copy: (fence, first, next, effects) =>
      inMemoryTransaction(async (tx) => {
        await log.checkpoints.advance(tx, fence, first, next);
        tx.write(() => waiting.push(...effects));
      }),
    setAside: async () => {},
  };
  const queue: EffectQueue = {
    lease: async (target) => {
      if (away) throw new WorldError('the database is away');
      return target === 'inbox'
        ? waiting.splice(0).map((one): LeasedEffect => ({ ...one, target, attempts: 1, epoch: 1 }))
        : [];
    },
    settle: async (settlements) => {
      settled.push(...settlements);
      return [];
    },
    retry: async () => true,
  };
  const store: DeliveriesStore = { move: async () => {}, setAside: async () => {} };
  const contactId = randomUUID();
  const { key } = memoryMasterKey().create(contactId);
  let away = true;
  const workers = new EffectWorkers({
    queue,
    contactKeys: { load: async () => new Map([[contactId, key]]) },
    workspaceKeys: new MemoryWorkspaceKeys(),
    webhooks: { load: async () => null },
    policy: { allowPrivate: false, allowLoopback: false },
    engagements: 'engagements.g1',
    clock: Date.now,
    settled: () => {},
    onFault: (error) => {
      throw error;
    },
  });
  const delivery = deliveryModule(copies, workers);
  const testing = await Test.createTestingModule({ imports: [delivery, deliveriesModule(store)] }).compile();
  testing.useLogger(false);
  const app = testing.createNestMicroservice({ strategy: new LogServer({ log }) });
  await app.listen();
  await until(async () => (await workers.probe.troubles()).length === 1);
  away = false;
  await until(async () => (await workers.probe.troubles()).length === 0);

  const id = randomUUID();
  const data = { effectId: randomUUID(), kind: 'notify', notAfter: Date.now() + 60_000, by: { engine: true } };
  const {
    partition: _,
    position: __,
    ...record
  } = contactEventRecord({
    ...{ id, workspaceId: randomUUID(), contactId, version: 1, type: 'effect_requested', v: 1, data },
    ...{ occurredAt: 1, recordedAt: 1, causationId: id, correlationId: id },
    ...{ inputTopic: 'engagements.g1', inputPartition: 0, inputPosition: 0, lane: laneOf(1, 0), position: 0 },
    pii: key.seal({ to: 'owner', title: 'Hot', body: '' }, id),
  });
  await log.append([record]);
  await until(() => settled.length === 1);
  expect(settled[0]).toMatchObject({
    state: 'delivered',
    outcome: { topic: 'engagements.g1', key: contactId, type: 'effect_outcome', data: { target: 'inbox' } },
  });
  await app.close();
  await log.close();
});
