/** Histories of contacts (generators/histories.ts) run through the engine, whole or with misfortunes. */
import * as fc from 'fast-check';
import type { Uuid } from '#contracts/ids.js';
import { deriveId } from '#contracts/ids.js';
import type { Placed } from '#contracts/inputs.js';
import { partitionOf } from '#contracts/topics.js';
import { contactDecider } from '#domain/contact/decider.js';
import type { ContactState } from '#domain/contact/state.js';
import type { RuleSource } from '#domain/rules/compile.js';
import type { RulesInForce as ContactRules } from '#domain/rules/in-force.js';
import { FencedError, WorldError } from '#engine/log/errors.js';
import { sealInput } from '#engine/sealing/input-codec.js';
import { type Happening } from '../generators/histories.js';
import { inForce } from '../generators/rule-sets.js';
import { type DecisionWorld, Driver } from './driver.js';
import { ENGAGEMENTS } from './engagements.js';

export type ContactDriver = Driver<ContactState, ContactRules>;

export function contactDriver(world: DecisionWorld, partitions = 1): ContactDriver {
  const compile = (sources: readonly unknown[]): ContactRules => inForce(sources as readonly RuleSource[]);
  return new Driver(world, partitions, { decider: contactDecider, compile });
}

/** Lays a history on the log: inputs on their contact's partition, publications on all. */
export async function lay(driver: ContactDriver, history: readonly Happening[]): Promise<void> {
  const published = new Map<string, RuleSource | null>();
  let number = 0;
  for (const one of history) {
    if ('input' in one) {
      await append(driver, one.input);
      continue;
    }
    for (const rule of published.keys()) published.set(rule, null);
    for (const source of one.publish) published.set(source.rule, source);
    await addNew(driver, one.publish);
    number += 1;
    await driver.publish(
      number,
      [...published].map(([rule, source]) => ({ rule, version: source?.version ?? null })),
    );
  }
}

const added = new WeakMap<DecisionWorld, Set<string>>();

/** Versions that this world does not know yet. */
export async function addNew({ world, workspaceId }: ContactDriver, sources: readonly RuleSource[]): Promise<void> {
  const known = added.get(world) ?? new Set();
  added.set(world, known);
  const fresh = sources.filter(({ rule, version }) => !known.has(`${rule}@${version}`));
  for (const { rule, version } of fresh) known.add(`${rule}@${version}`);
  await world.addVersions(workspaceId, fresh);
}

/** An input of another workspace's test data, as this world's own. */
async function append(driver: ContactDriver, placed: Placed): Promise<void> {
  const { workspaces } = driver.world;
  const { id, recordedAt: at } = placed;
  const key = deriveId('of', driver.workspaceId, placed.key as Uuid);
  const partition = partitionOf(key, driver.log.length);
  const address = { topic: ENGAGEMENTS, key, workspaceId: driver.workspaceId, id, at };
  const record = sealInput(placed.input, address, await workspaces.daily(driver.workspaceId, at, 'engagements'));
  driver.append({ ...record, ...driver.end(partition) });
}

/** What happens to a batch: decided; failed before its commit and tried again; decided under a void fence first; by a new process. */
export type Fate = 'decided' | 'fails before commit' | 'zombie first' | 'by a new process';

export interface Misfortune {
  readonly size: number;
  readonly fate: Fate;
}

export const misfortunes: fc.Arbitrary<readonly Misfortune[]> = fc.array(
  fc.record({
    size: fc.integer({ min: 1, max: 12 }),
    fate: fc.constantFrom<Fate>('decided', 'decided', 'fails before commit', 'zombie first', 'by a new process'),
  }),
  { minLength: 1, maxLength: 8 },
);

/** Decides all of the log; the misfortunes come round and round. */
export async function suffer(driver: ContactDriver, fates: readonly Misfortune[]): Promise<void> {
  let nth = 0;
  let handlers = driver.handlers;
  for (const partition of driver.log.keys()) {
    for (;;) {
      const { size, fate } = fates[nth++ % fates.length] as Misfortune;
      let batch = await driver.batch(partition, size);
      if (batch.records.length === 0) break;
      if (fate === 'by a new process') {
        handlers = driver.process();
        await driver.take(partition);
        batch = await driver.batch(partition, size);
      }
      if (fate === 'zombie first') {
        const zombie = batch;
        await driver.take(partition);
        await rejects(handlers.onBatch(zombie), FencedError);
        batch = await driver.batch(partition, size);
      }
      if (fate === 'fails before commit') await failed(driver, batch.fence.partition, size);
      await handlers.onBatch(batch);
      driver.moved(batch);
    }
  }
}

/** The whole work of the batch is done and its commit fails. */
async function failed(driver: ContactDriver, partition: number, size: number): Promise<void> {
  const { store } = driver.world;
  const away: DecisionWorld = {
    ...driver.world,
    store: {
      transaction: (fence, first, next, work) =>
        store.transaction(fence, first, next, async (unit) => {
          await work(unit);
          throw new WorldError('away');
        }),
    },
  };
  const unlucky = contactDriver(away, driver.log.length).handlers;
  await rejects(unlucky.onBatch(await driver.batch(partition, size)), WorldError);
}

async function rejects(promise: Promise<void>, type: new (message: string) => Error): Promise<void> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof type)) throw error ?? new Error(`expected a ${type.name}`);
}
