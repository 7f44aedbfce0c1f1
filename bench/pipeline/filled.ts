/** A database to copy for each run: 100,000 contacts on record, the load on the log and not yet decided. */
import type pg from 'pg';
import type { Appendable } from '#contracts/record.js';
import type { RuleFile } from '#engine/publishing/publish.js';
import { openRuntime, type Runtime } from '#platform/runtime/runtime.js';
import type { Sent } from '../load/campaign.js';
import { Recorder } from '../load/records.js';
import { progress } from '../report/report.js';
import { Child } from '../world/child.js';
import { benchWorkspace } from '../world/workspace.js';
import { benchLogger, type World } from '../world/world.js';
import { drained } from './drained.js';

const AT_ONCE = 1_000;

/** `more`: rules in force beside the demo's. */
export async function fill(
  world: World,
  contacts: number,
  load: (now: number) => readonly Sent[],
  more: readonly RuleFile[] = [],
): Promise<void> {
  const configuration = world.configuration();
  const runtime = await openRuntime(configuration, { url: world.url() }, benchLogger());
  try {
    const recorder = new Recorder(runtime, await benchWorkspace(runtime, more));
    progress(`putting ${contacts} contacts on record`);
    const engine = new Child('pipeline/engine-process');
    await engine.ask('open', configuration);
    await engine.ask('consume');
    for (let from = 0; from < contacts; from += AT_ONCE) {
      const ranks = Array.from({ length: Math.min(AT_ONCE, contacts - from) }, (_, n) => from + n);
      await append(runtime, await Promise.all(ranks.map((rank) => recorder.contact(rank))));
    }
    const client = await world.connect();
    await drained(client);
    await client.end();
    await engine.stop();
    const sent = load(runtime.clock());
    progress(`putting ${sent.length} events on the log`);
    for (let from = 0; from < sent.length; from += AT_ONCE)
      await append(runtime, await recorder.engagements(sent.slice(from, from + AT_ONCE).map(({ event }) => event)));
  } finally {
    await runtime.close();
  }
  const client = await world.connect();
  await client.query('vacuum (analyze)');
  await client.end();
}

function append(runtime: Runtime, records: readonly Appendable[]) {
  return runtime.log.append(records, { timeoutMs: 60_000 });
}

/** A copy of the filled database, file by file, on disk when it resolves. Nobody may be connected to the original. */
export async function copyOf(world: World, name: string): Promise<pg.Client> {
  const server = await world.connect('postgres');
  await server.query(`create database ${name} template afterclick strategy file_copy`);
  await server.query('checkpoint');
  await server.end();
  return world.connect(name);
}

export async function dropCopy(world: World, name: string): Promise<void> {
  const server = await world.connect('postgres');
  await server.query(`drop database ${name} with (force)`);
  await server.end();
}
