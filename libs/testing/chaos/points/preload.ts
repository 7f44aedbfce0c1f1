/** Loaded into a process under test before its own program (`node --import`): puts the named points around methods of ours. */
import { KafkaLog } from '#adapters/kafka/kafka-log.js';
import { PostgresDeliveriesStore } from '#adapters/postgres/deliveries/deliveries-store.js';
import { PostgresEffectCopies } from '#adapters/postgres/effect-queue/effect-copies.js';
import { PostgresEffectQueue } from '#adapters/postgres/effect-queue/effect-queue.js';
import { PostgresDecisionStore } from '#adapters/postgres/event-store/decision-store.js';
import { PostgresCheckpoints } from '#adapters/postgres/log/checkpoints.js';
import { PostgresLog } from '#adapters/postgres/log/postgres-log.js';
import { PostgresEventLanes } from '#adapters/postgres/outbox/event-lanes.js';
import { PostgresOutbox } from '#adapters/postgres/outbox/outbox.js';
import { PostgresProjectionStore } from '#adapters/postgres/read-models/store.js';
import { PostgresTimers } from '#adapters/postgres/timers/timers.js';
import { Ingest } from '#engine/ingest/ingest.js';
import type { Fence } from '#engine/log/log.js';
import type { OutboxLanes } from '#engine/outbox/outbox.js';
import { TIMERS_LANE } from '#engine/timers/timers.js';
import type { Place } from './point.js';
import { listenForOrders, reach } from './reach.js';

type Method = (...args: never[]) => Promise<unknown>;
type MethodOf<T> = { [K in keyof T]: T[K] extends Method ? K : never }[keyof T];

interface Around<M extends Method> {
  before?(...args: Parameters<M>): Promise<void>;
  after?(result: Awaited<ReturnType<M>>, ...args: Parameters<M>): Promise<void>;
}

function around<T extends object, K extends MethodOf<T>>(
  prototype: T,
  name: K,
  { before, after }: Around<Extract<T[K], Method>>,
): void {
  type M = Extract<T[K], Method>;
  const method = prototype[name] as M;
  const wrapped = async function (this: T, ...args: Parameters<M>): Promise<Awaited<ReturnType<M>>> {
    await before?.(...args);
    const result = (await method.apply(this, args)) as Awaited<ReturnType<M>>;
    await after?.(result, ...args);
    return result;
  };
  prototype[name] = wrapped as unknown as T[K];
}

const placeOf = ({ group, topic, partition }: Fence): Place => ({ of: group, topic, partition });

for (const log of [PostgresLog.prototype, KafkaLog.prototype])
  around(log, 'append', {
    // A relay gives no time by which it must be done: this is ingest's.
    before: async (_, options) => (options?.timeoutMs === undefined ? undefined : reach('before-durable')),
  });
around(Ingest.prototype, 'receive', { after: () => reach('mid-request') });
around(PostgresCheckpoints.prototype, 'advance', { after: (_, __, fence) => reach('mid-batch', placeOf(fence)) });
const batch = {
  before: (fence: Fence) => reach('before-batch', placeOf(fence)),
  after: (_: unknown, fence: Fence) => reach('after-commit', placeOf(fence)),
};
around(PostgresDecisionStore.prototype, 'transaction', batch);
around(PostgresProjectionStore.prototype, 'transaction', batch);
around(PostgresDeliveriesStore.prototype, 'move', batch);
around(PostgresEffectCopies.prototype, 'copy', batch);
const firing = { of: TIMERS_LANE };
around(PostgresTimers.prototype, 'claim', {
  after: async (count) => (count === 0 ? undefined : reach('mid-batch', firing)),
});
around(PostgresTimers.prototype, 'fire', {
  after: async (count) => (count === 0 ? undefined : reach('after-commit', firing)),
});
const laneKinds: readonly OutboxLanes[] = [PostgresOutbox.prototype, PostgresEventLanes.prototype];
for (const lanes of laneKinds)
  around(lanes, 'read', {
    after: async (records, lane) => (records.length === 0 ? undefined : reach('before-produce', { of: lane })),
  });
// Marks of both kinds of lanes are moved by the one.
around(PostgresOutbox.prototype, 'move', {
  before: ({ lane }) => reach('after-produce', { of: lane }),
  after: (_, { lane }) => reach('after-mark', { of: lane }),
});
around(PostgresEffectQueue.prototype, 'settle', { before: () => reach('after-attempt') });

listenForOrders();
