import { deriveId } from '#contracts/ids.js';
import { PoisonError, WorldError } from '#engine/log/errors.js';
import { memoryMasterKey } from '#engine/sealing/memory-keys.js';
import type { ContactKeys } from '#engine/sealing/sealing.js';
import { type Attempting, attempt, openSealed } from './attempt.js';
import type { LeasedEffect } from './effect.js';
import type { Attempt } from './target.js';

const NOW = 1_000;
const { key } = memoryMasterKey().create('contact');
const contactId = deriveId('contact');
const eventId = deriveId('event');
const effect: LeasedEffect = {
  ...{ effectId: deriveId('effect'), workspaceId: deriveId('workspace'), contactId, version: 3, kind: 'notify' },
  ...{ notAfter: NOW + 1, eventId, data: { by: { engine: true }, requestedAt: 1 }, target: 'inbox' },
  ...{ sealed: key.seal({ to: 'owner', title: 'Call', body: '' }, eventId), attempts: 2, epoch: 5 },
};

let faults: unknown[];
beforeEach(() => {
  faults = [];
});

function trying(carryOut: () => Promise<Attempt>, load: ContactKeys['load'] = async () => new Map([[contactId, key]])) {
  const how: Attempting = {
    target: { name: 'inbox', concurrency: 1, carryOut },
    open: openSealed({ load }, (error) => void faults.push(error)),
    policy: { firstMs: 100, maxMs: 100, maxAttempts: 3 },
    clock: () => NOW,
    onFault: (error) => void faults.push(error),
  };
  return (over: Partial<LeasedEffect> = {}) => attempt(how, { ...effect, ...over });
}

const never = () => Promise.reject(new Error('it was carried out'));

describe('an attempt at an effect', () => {
  it('past its time expires, uncounted', async () => {
    expect(await trying(never)({ notAfter: NOW })).toEqual({
      ...{ next: 'settle', state: 'expired', attempts: 1, reason: 'past_not_after' },
    });
  });

  it('is dead where the contact was erased, its key is another’s or its bytes do not open', async () => {
    const erased = trying(never, async () => new Map());
    expect(await erased()).toMatchObject({ state: 'dead', attempts: 1, reason: 'erased' });
    expect(faults).toEqual([]);
    const foreign = trying(never, () => Promise.reject(new PoisonError('the key is not of this master key')));
    expect(await foreign()).toMatchObject({ state: 'dead', attempts: 1, reason: 'unreadable' });
    expect(await trying(never)({ sealed: Buffer.alloc(64) })).toMatchObject({ state: 'dead', reason: 'unreadable' });
    expect(faults).toHaveLength(2);
  });

  it('is left alone while the keys are away', async () => {
    const away = trying(never, () => Promise.reject(new WorldError('the database is away')));
    await expect(away()).rejects.toThrow(WorldError);
  });

  it('that fails is tried again up to the last time; a postponed one does not count', async () => {
    const failing = trying(() => Promise.reject(new Error('no route')));
    expect(await failing()).toMatchObject({ next: 'retry', reason: 'target_failed', counted: true });
    expect(await failing({ attempts: 3 })).toMatchObject({ state: 'dead', attempts: 3, reason: 'target_failed' });
    const postponed = trying(async () => ({ result: 'postponed', reason: 'webhook_paused', afterMs: 7 }));
    expect(await postponed()).toEqual({ next: 'retry', afterMs: 7, reason: 'webhook_paused', counted: false });
  });

  it('waits as long as the target asks, and is settled once it is delivered or refused', async () => {
    const asked = trying(async () => ({ result: 'retry', reason: 'http_429', afterMs: 60_000 }));
    expect(await asked()).toMatchObject({ next: 'retry', afterMs: 60_000, reason: 'http_429' });
    const delivered = trying(async () => ({ result: 'delivered' }));
    expect(await delivered()).toEqual({ next: 'settle', state: 'delivered', attempts: 2, reason: null });
    const refused = trying(async () => ({ result: 'refused', reason: 'http_410', detail: 'gone' }));
    expect(await refused()).toMatchObject({ state: 'dead', attempts: 2, reason: 'http_410', detail: 'gone' });
  });
});
