/** What can befall a running system. Each fault resolves when its cause is gone, which is not yet when its effect is over. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaNode } from '../kafka/cluster.js';
import type { Random } from '../senders/random.js';
import { type Fault, halted, killed, PAST_THE_LEASE_MS } from './fault.js';
import type { Instance } from './instance.js';
import { pointFaults } from './point-faults.js';
import type { Shape } from './shape.js';

export function faultsOf(shape: Shape, random: Random): readonly Fault[] {
  return [
    ...shape.instances.flatMap((instance) => processFaults(instance, random)),
    ...(shape.shared ? [hang(shape, random)] : []),
    ...pointFaults(shape, random),
    ...databaseFaults(shape, random),
    ...(shape.brokers.length > 0 ? brokerFaults(shape.brokers, random) : []),
  ];
}

function processFaults(instance: Instance, random: Random): readonly Fault[] {
  return [
    { name: `kill -9 of ${instance.name}`, strike: () => killed(instance, random.between(0, 1_000)) },
    { name: `SIGSTOP of ${instance.name}`, strike: () => halted(instance, random.between(500, 4_000)) },
  ];
}

/** Of any that consumes, wherever it happens to be. */
function hang(shape: Shape, random: Random): Fault {
  return {
    name: 'SIGSTOP of a process past its leases',
    strike: () => halted(random.pick([...shape.of('rules'), ...shape.of('projection')]), PAST_THE_LEASE_MS),
  };
}

function databaseFaults({ database }: Shape, random: Random): readonly Fault[] {
  return [
    { name: 'kill -9 of Postgres', needed: true, strike: () => database.kill() },
    {
      name: 'SIGSTOP of Postgres',
      async strike() {
        database.halt();
        await sleep(random.between(500, 5_000));
        database.resume();
      },
    },
    {
      name: 'Postgres refuses connections',
      async strike() {
        await database.refuse();
        await sleep(random.between(500, 4_000));
        await database.admit();
      },
    },
  ];
}

/** One of three at a time: what two have acknowledged is there. */
function brokerFaults(brokers: readonly KafkaNode[], random: Random): readonly Fault[] {
  return [
    {
      name: 'kill -9 of a broker',
      async strike() {
        const broker = random.pick(brokers);
        broker.signal('SIGKILL');
        await sleep(random.between(500, 5_000));
        await broker.restart();
      },
    },
    {
      name: 'SIGSTOP of a broker',
      async strike() {
        const broker = random.pick(brokers);
        broker.signal('SIGSTOP');
        await sleep(random.between(1_000, 12_000));
        broker.signal('SIGCONT');
      },
    },
  ];
}
