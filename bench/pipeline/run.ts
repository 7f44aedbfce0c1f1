/** One run: the consumers start on a full log, until everything is decided, projected and copied for delivery. */
import { Child } from '../world/child.js';
import type { World } from '../world/world.js';
import { drained } from './drained.js';
import { copyOf, dropCopy } from './filled.js';
import { difference, type Rows, rowsOf, walOf } from './written.js';

export interface Run {
  readonly seconds: number;
  readonly walBytes: number;
  /** Of the engine's process, while it ran. */
  readonly cpuSeconds: number;
  /** Of Postgres, while it ran. */
  readonly serverCpuSeconds: number;
  readonly peakRssMb: number;
  readonly rows: Rows;
}

export async function runOnce(world: World, name: string, profile: string | null): Promise<Run> {
  const client = await copyOf(world, name);
  const engine = new Child('pipeline/engine-process', { profile });
  try {
    await engine.ask('open', world.configuration(name));
    const before = {
      wal: await walOf(client),
      rows: await rowsOf(client),
      spent: await engine.spent(),
      server: world.cpuSeconds(),
    };
    const began = performance.now();
    await engine.ask('consume');
    const ended = await drained(client);
    const server = world.cpuSeconds() - before.server;
    const { cpuSeconds, peakRssMb } = await engine.spent();
    const walBytes = (await walOf(client)) - before.wal;
    await engine.stop();
    const rows = difference(await rowsOf(client), before.rows);
    const spent = { cpuSeconds: cpuSeconds - before.spent.cpuSeconds, serverCpuSeconds: server, peakRssMb };
    return { seconds: (ended - began) / 1000, walBytes, ...spent, rows };
  } finally {
    await engine.stop();
    await client.end();
    await dropCopy(world, name);
  }
}
