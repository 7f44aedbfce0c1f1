/**
 * Shows the contacts that are there to segments, and to rules that wait for a time, once these are in force everywhere: in the background, some at a time.
 * Each arms what lies ahead of it; what was past already triggers nothing (libs/domain/contact/timers.ts).
 */
import { PostgresPublications } from '#adapters/postgres/rules/publications.js';
import { PostgresRulesRegistry } from '#adapters/postgres/rules/registry.js';
import { type PendingIntake, pendingIntakes, showContacts, skipIntake } from '#adapters/postgres/timers/intake.js';
import { TAKE_IN } from '#domain/contact/purposes.js';
import { compileRules, type RuleSource } from '#domain/rules/compile.js';
import { WorldError } from '#engine/log/errors.js';
import type { Runtime } from '#platform/runtime/runtime.js';

const LOOK_MS = 1_000;
/** Contacts of one transaction. */
const AT_ONCE = 5_000;

type TakingIn = Pick<Runtime, 'pool' | 'outbox' | 'topics' | 'logger'> & {
  readonly log: Pick<Runtime['log'], 'partitions'>;
};

/** One look. Answers how many contacts are to be shown because of it. */
export async function takeIn(process: TakingIn): Promise<number> {
  let shown = 0;
  for (const intake of await pendingIntakes(process.pool)) {
    if (!(await isInForce(process, intake))) continue;
    if (await waitsForTime(process, intake)) shown += await showContacts(process.pool, intake, TAKE_IN, AT_ONCE);
    else await skipIntake(process.pool, intake);
  }
  return shown;
}

async function isInForce(
  { pool, outbox, log, topics }: TakingIn,
  { workspaceId, number }: PendingIntake,
): Promise<boolean> {
  const topic = topics.engagements;
  const publications = new PostgresPublications(pool, outbox);
  return (await publications.inForceOn(workspaceId, topic, number)) >= log.partitions(topic);
}

async function waitsForTime({ pool }: TakingIn, { workspaceId, versions }: PendingIntake): Promise<boolean> {
  if (versions.length === 0) return false;
  const sources = await new PostgresRulesRegistry(pool).sources(workspaceId, versions);
  // One at a time: several versions of a rule may have been published since.
  return sources.some((source) => {
    const { waiting, scoreLines, segments } = compileRules([source as RuleSource]);
    return waiting.size > 0 || scoreLines.length > 0 || segments.all.length > 0;
  });
}

/** Several processes may. Returns how to end it. */
export function watchIntakes(process: TakingIn): () => Promise<void> {
  let running: Promise<unknown> | null = null;
  const look = (): Promise<unknown> =>
    takeIn(process)
      .catch((error: unknown) => {
        const level = error instanceof WorldError ? 'debug' : 'error';
        process.logger[level]({ err: error }, 'contacts could not be shown to new rules; tried again');
      })
      .finally(() => {
        running = null;
      });
  const timer = setInterval(() => {
    running ??= look();
  }, LOOK_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
