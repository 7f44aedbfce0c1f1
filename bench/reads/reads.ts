/** `reads`: how long the API takes to answer what a CRM and people ask, with a million contacts, 50 clients, and the pipeline at work. */

import { openRuntime } from '#platform/runtime/runtime.js';
import type { Target } from '../http/requests.js';
import { firstOf } from '../load/campaign.js';
import { Recorder } from '../load/records.js';
import type { Options } from '../options.js';
import { drained } from '../pipeline/drained.js';
import { progress, quantile, type Report, told } from '../report/report.js';
import { Child } from '../world/child.js';
import { loadNow, machine } from '../world/machine.js';
import { type BenchWorkspace, benchWorkspace } from '../world/workspace.js';
import { benchLogger, openWorld, type World } from '../world/world.js';
import type { ApiWish, Opened } from './api-process.js';
import type { Answered, ReadWish } from './client-process.js';
import { type Filled, fillReads } from './filled.js';
import type { Load } from './load-process.js';
import { KINDS, type Kind, LISTS } from './questions.js';

const CONTACTS = 1_000_000;
const SET_UP_SECONDS = 300;
/** What the pipeline decides before: the feed of changes has something to tell. */
const EVENTS = 20_000;
const AT_ONCE = 1_000;
const CLIENTS = 50;
/** API and bare server take turns, so that what else the machine does meets both alike. */
const TURNS = 5;
const TURN_SECONDS = 3;
const WARM_UP_SECONDS = 4;
const PAUSE_MS = 100;
const SEED = 1;

interface Measured {
  readonly engine: readonly Answered[];
  readonly bare: readonly Answered[];
}

export async function reads({ events: wanted, contacts: asked, profile }: Options): Promise<Report> {
  const contacts = asked ?? CONTACTS;
  const world = await openWorld();
  const [engine, api] = [new Child('latency/standalone-process'), new Child('reads/api-process', { profile })];
  const bare = new Child('reads/bare-process');
  const [client, load] = [new Child('reads/client-process'), new Child('reads/load-process')];
  try {
    const { workspace, filled } = await setUp(world, wanted ?? EVENTS, contacts);
    const configuration = world.configuration();
    const ingest = await engine.ask<string>('open', configuration);
    const opened = await api.ask<Opened>('open', { configuration, workspaceId: workspace.id } satisfies ApiWish);
    const bareUrl = await bare.ask<string>('open', { databaseUrl: world.url(), workspaceId: workspace.id });
    const admin = await world.connect();
    progress('deciding and projecting what is on the log');
    await drained(admin);
    await load.ask('start', { ...workspace, url: ingest } satisfies Target);
    const found = new Map<Kind, Measured>();
    for (const kind of KINDS) {
      const ask = (url: string, key: string | null, seconds: number) =>
        client.ask<readonly Answered[]>('read', {
          url,
          key,
          kind,
          clients: CLIENTS,
          contacts,
          seconds,
          pauseMs: PAUSE_MS,
        } satisfies ReadWish);
      progress(`${kind}: warming up`);
      await ask(opened.url, opened.key, WARM_UP_SECONDS);
      await ask(bareUrl, null, WARM_UP_SECONDS);
      progress(`${kind}: ${CLIENTS} clients, ${TURNS} turns of ${TURN_SECONDS} s to the API and to the bare server`);
      const took: { engine: Answered[]; bare: Answered[] } = { engine: [], bare: [] };
      for (let turn = 0; turn < TURNS; turn += 1) {
        took.engine.push(...(await ask(opened.url, opened.key, TURN_SECONDS)));
        took.bare.push(...(await ask(bareUrl, null, TURN_SECONDS)));
      }
      found.set(kind, took);
    }
    progress('walking the feed of changes');
    const walked = await client.ask<{ changes: number; seconds: number }>('walk', opened);
    return report(world, filled, found, { ...walked, ...(await load.ask<Load>('stop')) });
  } finally {
    await Promise.all([client.stop(), load.stop()]);
    await Promise.all([engine.stop(), api.stop(), bare.stop()]);
    await world.close();
  }
}

async function setUp(
  world: World,
  events: number,
  contacts: number,
): Promise<{ readonly workspace: BenchWorkspace; readonly filled: Filled }> {
  const runtime = await openRuntime(world.configuration(), { url: world.url() }, benchLogger());
  try {
    const workspace = await benchWorkspace(runtime);
    const recorder = new Recorder(runtime, workspace);
    progress(`putting ${events} events on the log`);
    const sent = firstOf(SEED, runtime.clock(), events).map(({ event }) => event);
    for (let from = 0; from < sent.length; from += AT_ONCE)
      await runtime.log.append(await recorder.engagements(sent.slice(from, from + AT_ONCE)), { timeoutMs: 60_000 });
    const client = await world.connect();
    progress(`laying down ${contacts} contacts, and timelines for as long as ${SET_UP_SECONDS} s allow`);
    return { workspace, filled: await fillReads(client, workspace.id, contacts, SET_UP_SECONDS) };
  } finally {
    await runtime.close();
  }
}

interface Walked extends Load {
  readonly changes: number;
  readonly seconds: number;
}

/** The filter that took longest, by the median of its answers. */
function slowest(answers: readonly Answered[]): string {
  const byQuestion = Map.groupBy(answers, ({ at }) => at % LISTS.length);
  const medians = [...byQuestion].map(([n, some]) => ({ query: LISTS[n]?.query, ms: p(some, 0.5) }));
  const [first] = medians.sort((a, b) => b.ms - a.ms);
  return first === undefined ? '' : `${first.query || 'everybody'}: p50 ${told(first.ms)} ms`;
}

function p(answers: readonly Answered[], share: number): number {
  return quantile(
    answers.map(({ ms }) => ms),
    share,
  );
}

function report(world: World, filled: Filled, found: ReadonlyMap<Kind, Measured>, walked: Walked): Report {
  const of = (kind: Kind) => found.get(kind) ?? { engine: [], bare: [] };
  const ratio = (kind: Kind) => p(of(kind).engine, 0.5) / p(of(kind).bare, 0.5);
  const told99 = (answers: readonly Answered[]) =>
    `${told(p(answers, 0.5))} · ${told(p(answers, 0.99))}   (${answers.length} answers)`;
  const changesPerSecond = walked.changes / walked.seconds;
  return {
    bench: 'reads',
    figures: {
      contact_by_id_p99_ms: p(of('contact_by_id').engine, 0.99),
      timeline_p99_ms: p(of('timeline').engine, 0.99),
      list_filter_p99_ms: p(of('list_filter').engine, 0.99),
      changes_events_per_s: changesPerSecond,
      ratio_to_bare_p50: Math.max(...KINDS.map(ratio)),
    },
    rows: [
      ['machine', machine()],
      ['', `${world.server}; ${loadNow()}`],
      [
        'read model',
        `${told(filled.contacts)} contacts, ${told(filled.events)} events, laid down in ${told(filled.seconds)} s`,
      ],
      ['clients', `${CLIENTS}, each pausing ${PAUSE_MS} ms between an answer and the next question`],
      ['pipeline meanwhile', `${told(walked.sent)} webhooks were sent, ${walked.refused} told to come again`],
      ...KINDS.flatMap((kind): [string, string][] => [
        [`${kind}, p50 · p99 ms`, told99(of(kind).engine)],
        ['  bare server, the same SQL', told99(of(kind).bare)],
        ['  ratio of p50', told(ratio(kind))],
      ]),
      ['slowest filter', slowest(of('list_filter').engine)],
      ['changes a second to one reader', `${told(changesPerSecond)}   (${told(walked.changes)} changes)`],
    ],
  };
}
