/**
 * A rule that keeps failing is suspended: a publication under the next number retires it, so the suspension takes force at a position of
 * the log and a replay knows. Publishing it again ends it.
 */
import { failingRules } from '#adapters/postgres/rules/failing.js';
import { retireVersion } from '#engine/publishing/publish.js';
import type { Runtime } from '#platform/runtime/runtime.js';
import { type Publishing, publishingParts } from './publish-rules.js';

/** Failures on one day (UTC) after which a rule is suspended, if they outnumber its firings. */
export const FAILURES = 100;
/** Author of the publication: people see who did it and why. */
export const SUSPENDED_BY = `afterclick: suspended after ${FAILURES} failures in a day`;
const LOOK_MS = 30_000;

type Suspending = Publishing & Pick<Runtime, 'logger'>;

/** Suspends what fails now; answers the names of the rules. */
export async function suspendFailingRules(process: Suspending): Promise<readonly string[]> {
  const failing = await failingRules(process.pool, process.clock(), FAILURES);
  const suspended: string[] = [];
  for (const { workspaceId, rule, version, failed } of failing) {
    const parts = publishingParts(process);
    const { outcome } = await retireVersion(parts, workspaceId, { rule, version }, { author: SUSPENDED_BY });
    if (outcome === 'unchanged') continue;
    suspended.push(rule);
    process.logger.error(
      { workspaceId, rule, version, failed },
      'a rule that keeps failing was suspended: mend and publish it',
    );
  }
  return suspended;
}

/** Looks every half minute; several processes may: the second finds the rule retired. Returns how to end it. */
export function watchFailingRules(process: Suspending): () => Promise<void> {
  let running: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    running = suspendFailingRules(process).catch((error: unknown) =>
      process.logger.warn({ err: error }, 'failing rules could not be looked for; tried again'),
    );
  }, LOOK_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
