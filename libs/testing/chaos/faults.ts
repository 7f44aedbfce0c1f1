/** What can befall a running system. Each fault resolves when its cause is gone, which is not yet when its effect is over. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../senders/random.js';
import type { Instance } from './instance.js';
import type { Shape } from './shape.js';

export interface Fault {
  readonly name: string;
  /** Without it something that is to be shown harmless may never occur: it comes first. */
  readonly needed?: boolean;
  strike(): Promise<void>;
}

/** Longer than a lease lives (10 s): what was held is taken over meanwhile. */
const PAST_THE_LEASE_MS = 12_000;

export function faultsOf(shape: Shape, random: Random): readonly Fault[] {
  const { instances, database } = shape;
  const ms = (from: number, to: number): number => random.between(from, to);
  return [
    ...instances.flatMap((instance) => [
      { name: `kill -9 of ${instance.name}`, strike: () => killed(instance, ms(0, 1_000)) },
      { name: `SIGSTOP of ${instance.name}`, strike: () => halted(instance, ms(500, 4_000)) },
    ]),
    ...(shape.shared
      ? instances.map((instance) => ({
          name: `SIGSTOP of ${instance.name} past its leases`,
          needed: true,
          strike: () => halted(instance, PAST_THE_LEASE_MS),
        }))
      : []),
    { name: 'kill -9 of Postgres', needed: true, strike: () => database.kill() },
    {
      name: 'SIGSTOP of Postgres',
      async strike() {
        database.halt();
        await sleep(ms(500, 5_000));
        database.resume();
      },
    },
    {
      name: 'Postgres refuses connections',
      async strike() {
        await database.refuse();
        await sleep(ms(500, 4_000));
        await database.admit();
      },
    },
  ];
}

export async function killed(instance: Instance, downMs: number): Promise<void> {
  await instance.kill();
  await sleep(downMs);
  await instance.start();
}

export async function halted(instance: Instance, forMs: number): Promise<void> {
  instance.halt();
  await sleep(forMs);
  instance.resume();
}
