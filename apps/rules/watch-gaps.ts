/**
 * Looks every few minutes whether a source is silent against its habit, or we were away for longer than its provider retries. What it
 * finds is kept, said once in the log, and shown by readiness until somebody settles it.
 */
import {
  dropDisproved,
  endSilence,
  openSilence,
  recordGap,
  type WatchedSource,
  watchedSources,
} from '#adapters/postgres/gaps/gaps.js';
import { outagesSince } from '#adapters/postgres/gaps/presence.js';
import { sourceHours } from '#adapters/postgres/read-models/queries/counters.js';
import { fillCommand, type SourceGap } from '#engine/gaps/gap.js';
import { lostIn, type Outage } from '#engine/gaps/outage.js';
import { habitFrom, silenceOf, silentUntil } from '#engine/gaps/silence.js';
import type { Runtime } from '#platform/runtime/runtime.js';
import { providerNamed } from '#providers/registry.js';

const LOOK_MS = 5 * 60_000;
const OUTAGES_MS = 30 * 24 * 3_600_000;
/** Records that wait: with more, what is counted says nothing of what was received. */
const MOST_BEHIND = 1_000;

type Watching = Pick<Runtime, 'pool' | 'clock' | 'logger' | 'log' | 'checkpoints' | 'topics'>;

/** The groups whose work the counts are. */
const COUNTING = [
  ['rules', 'engagements'],
  ['projection', 'contactEvents'],
] as const;

/** Looks once; answers the gaps that were not known. Rejects with WorldError. */
export async function findGaps(process: Watching): Promise<readonly SourceGap[]> {
  const { pool, clock } = process;
  const now = clock();
  await dropDisproved(pool);
  const outages = await outagesSince(pool, now - OUTAGES_MS);
  const isCurrent = (await behind(process)) <= MOST_BEHIND;
  const found: SourceGap[] = [];
  for (const source of await watchedSources(pool)) {
    const gaps = [...lost(source, outages), ...(isCurrent ? await silence(process, source, now) : [])];
    for (const gap of gaps) {
      if (!(await recordGap(pool, gap, now))) continue;
      found.push(gap);
      tell(process, source, gap);
    }
  }
  return found;
}

function lost({ workspaceId, sourceId, provider, createdAt }: WatchedSource, outages: readonly Outage[]): SourceGap[] {
  const window = providerNamed(provider)?.retryWindowHours ?? null;
  return outages.flatMap((outage) => {
    const gap = createdAt < outage.from ? lostIn(outage, window) : null;
    return gap === null ? [] : [{ workspaceId, sourceId, kind: 'outage', ...gap }];
  });
}

async function silence(
  { pool }: Watching,
  { workspaceId, sourceId }: WatchedSource,
  now: number,
): Promise<SourceGap[]> {
  const counts = await sourceHours(pool, workspaceId, [sourceId], habitFrom(now));
  const open = await openSilence(pool, workspaceId, sourceId);
  if (open !== null) {
    const to = silentUntil(counts, open);
    if (to !== null) await endSilence(pool, workspaceId, sourceId, open, to);
    return [];
  }
  const silent = silenceOf(counts, now);
  return silent === null ? [] : [{ workspaceId, sourceId, kind: 'silence', from: silent.from, to: null }];
}

/** Records that the groups have still to read. */
async function behind({ log, checkpoints, topics }: Watching): Promise<number> {
  let sum = 0;
  for (const [group, name] of COUNTING) {
    const [ends, rows] = await Promise.all([log.ends(topics[name]), checkpoints.list(group, topics[name])]);
    const next = new Map(rows.map((row) => [row.partition, row.next]));
    ends.forEach((end, partition) => {
      sum += Math.max(0, end - (next.get(partition) ?? 0));
    });
  }
  return sum;
}

function tell({ logger }: Watching, { workspace, name }: WatchedSource, { kind, from, to }: SourceGap): void {
  const about = {
    workspace,
    source: name,
    from: iso(from),
    to: to === null ? null : iso(to),
    fill: fillCommand(name, workspace),
  };
  if (kind === 'silence')
    logger.error(about, 'a source is silent against its habit: look at its provider, then fill the gap');
  else logger.error(about, 'ingest was away for longer than the provider of a source retries: fill the gap');
}

const iso = (at: number): string => new Date(at).toISOString();

/** Several processes may look: the second finds the gap known. Returns how to end it. */
export function watchGaps(process: Watching): () => Promise<void> {
  const look = () =>
    findGaps(process).catch((error: unknown) =>
      process.logger.warn({ err: error }, 'gaps of sources could not be looked for; tried again'),
    );
  let running: Promise<unknown> = look();
  const timer = setInterval(() => {
    running = running.then(look);
  }, LOOK_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
