/** The whole engine as it is run on this log: one process on Postgres, services apart on Kafka. */
import { Child, type Spent } from './child.js';
import { Services } from './services.js';
import type { World } from './world.js';

export interface Engine {
  /** Answers the address that takes web hooks. */
  open(): Promise<string>;
  /** CPU of all its processes together; memory of the one that takes web hooks. */
  spent(): Promise<Spent>;
  stop(): Promise<void>;
}

/** `profile`: folder for a CPU profile of each process. */
export function engineOn(world: World, profile: string | null): Engine {
  return world.log === 'kafka' ? servicesApart(world, profile) : standalone(world, profile);
}

function standalone(world: World, profile: string | null): Engine {
  const child = new Child('latency/standalone-process', { profile });
  return {
    open: () => child.ask<string>('open', world.configuration()),
    spent: () => child.spent(),
    stop: () => child.stop(),
  };
}

function servicesApart(world: World, profile: string | null): Engine {
  const services = new Services(world, ['ingest', 'rules', 'projection', 'delivery'], profile);
  return {
    open: async () => (await services.start()).get('ingest') ?? '',
    spent: async () => {
      const spent = await services.spent();
      const cpuSeconds = [...spent.values()].reduce((sum, one) => sum + one.cpuSeconds, 0);
      return { cpuSeconds, peakRssMb: spent.get('ingest')?.peakRssMb ?? Number.NaN };
    },
    stop: () => services.stop(),
  };
}
