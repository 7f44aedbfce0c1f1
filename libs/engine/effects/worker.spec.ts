import { deriveId, type Uuid } from '#contracts/ids.js';
import { MemoryWorkspaceKeys, memoryMasterKey } from '#engine/sealing/memory-keys.js';
import { until } from '#testing/until.js';
import { openSealed } from './attempt.js';
import type { LeasedEffect } from './effect.js';
import { Outcomes } from './outcome.js';
import type { EffectQueue } from './queue.js';
import { EffectWorker } from './worker.js';

const [slow, quick] = [deriveId('slow'), deriveId('quick')];
const { key } = memoryMasterKey().create('contact');

/** Effects in memory, leased in their order within the shares. */
class Waiting implements EffectQueue {
  readonly effects: LeasedEffect[] = [];
  readonly settled: Uuid[] = [];

  add(workspaceId: Uuid, count: number): void {
    for (let n = 0; n < count; n += 1) {
      const id = deriveId('effect', workspaceId, this.effects.length, n);
      this.effects.push({
        ...{ effectId: id, workspaceId, contactId: id, eventId: id, version: 1, kind: 'notify', attempts: 1, epoch: 1 },
        ...{
          target: 'webhook',
          notAfter: Number.MAX_SAFE_INTEGER,
          sealed: key.seal({ to: 'o', title: '', body: '' }, id),
        },
        data: { by: { engine: true }, requestedAt: 0 },
      });
    }
  }

  lease: EffectQueue['lease'] = async (_, __, limit, ___, shares = { of: new Map(), others: limit }) => {
    const taken = new Map<Uuid, number>();
    const leased = this.effects.filter(({ workspaceId }) => {
      const count = (taken.get(workspaceId) ?? 0) + 1;
      if (count > (shares.of.get(workspaceId) ?? shares.others)) return false;
      taken.set(workspaceId, count);
      return true;
    });
    const some = leased.slice(0, limit);
    for (const effect of some) this.effects.splice(this.effects.indexOf(effect), 1);
    return some;
  };
  settle: EffectQueue['settle'] = async (settlements) => {
    this.settled.push(...settlements.map(({ effect }) => effect.workspaceId));
    return settlements.map(({ effect }) => effect.effectId);
  };
  retry: EffectQueue['retry'] = async () => true;
}

it.each([
  [true, 5],
  [false, 0],
])(
  'a slow endpoint holds its share of the places and no more, where each workspace has its own: %s',
  async (perWorkspace, delivered) => {
    const queue = new Waiting();
    queue.add(slow, 100);
    queue.add(quick, 5);
    const answer = Promise.withResolvers<void>();
    let hanging = 0;
    const worker = new EffectWorker(
      queue,
      {
        target: {
          name: 'webhook',
          concurrency: 8,
          perWorkspace,
          carryOut: async ({ workspaceId }) => {
            if (workspaceId === slow) {
              hanging += 1;
              await answer.promise;
            }
            return { result: 'delivered' };
          },
        },
        open: openSealed({ load: async (_, ids) => new Map(ids.map((id) => [id, key])) }, () => undefined),
        policy: { firstMs: 1, maxMs: 1, maxAttempts: 1 },
        clock: () => 0,
        onFault: (error) => {
          throw error;
        },
      },
      new Outcomes(new MemoryWorkspaceKeys(), () => 0, 'engagements.g1'),
      { pollMs: 1 },
    ).start();
    await until(() => hanging === (perWorkspace ? 4 : 8) && queue.settled.length === delivered);
    expect(queue.settled).toEqual(Array(delivered).fill(quick));
    answer.resolve();
    await until(() => queue.settled.length === 105);
    await worker.drain();
  },
);
