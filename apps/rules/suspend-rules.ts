/**
 * A rule that keeps failing is suspended: a publication under the next number retires it, so the suspension takes force at a position of
 * the log and a replay knows. Publishing it again ends it.
 */
import { type FailingRule, failingRules } from '#adapters/postgres/rules/failing.js';
import { lastFailure } from '#adapters/postgres/rules/suspended.js';
import { DAY } from '#domain/rules/duration.js';
import { failureReason } from '#domain/rules/failure-reason.js';
import { retireVersion } from '#engine/publishing/publish.js';
import { suspendedBy } from '#engine/publishing/suspension.js';
import type { Runtime } from '#platform/runtime/runtime.js';
import { type Publishing, publishingParts } from './publish-rules.js';

/** Failures on one day (UTC) after which a rule is suspended, if they outnumber its firings. */
export const FAILURES = 100;
const LOOK_MS = 30_000;

type Suspending = Publishing & Pick<Runtime, 'logger'>;

/**
 * What a rule that was published again had counted when it was first looked at since: the day's counts are partly of before. Kept in
 * memory: a process that starts anew forgives once more.
 */
export class Forgiven {
  #counts = new Map<string, Pick<FailingRule, 'failed' | 'fired'>>();

  /** Those that fail without what is forgiven. */
  except(failing: readonly FailingRule[]): readonly FailingRule[] {
    const known = this.#counts;
    this.#counts = new Map();
    return failing.filter((one) => {
      if (!one.cameBack) return true;
      const { workspaceId, rule, version, since } = one;
      const name = JSON.stringify([workspaceId, rule, version, since]);
      const before = known.get(name) ?? one;
      this.#counts.set(name, before);
      const failed = one.failed - before.failed;
      return failed >= FAILURES && failed > one.fired - before.fired;
    });
  }
}

/** Suspends what fails now; answers the names of the rules. */
export async function suspendFailingRules(process: Suspending, forgiven: Forgiven): Promise<readonly string[]> {
  const failing = forgiven.except(await failingRules(process.pool, process.clock(), FAILURES));
  const suspended: string[] = [];
  for (const { workspaceId, rule, version, failed } of failing) {
    const parts = publishingParts(process);
    const last = await lastFailure(process.pool, workspaceId, { rule, version }, startOfDay(process.clock()));
    const reason = last && failureReason(last.error, last.yaml);
    const author = suspendedBy({ failures: failed, reason });
    const { outcome } = await retireVersion(parts, workspaceId, { rule, version }, { author });
    if (outcome === 'unchanged') continue;
    suspended.push(rule);
    process.logger.error(
      { workspaceId, rule, version, failed, reason },
      'a rule that keeps failing was suspended: mend and publish it',
    );
  }
  return suspended;
}

function startOfDay(at: number): number {
  return at - (at % DAY);
}

/** Looks every half minute; several processes may: the second finds the rule retired. Returns how to end it. */
export function watchFailingRules(process: Suspending): () => Promise<void> {
  const forgiven = new Forgiven();
  let running: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    running = suspendFailingRules(process, forgiven).catch((error: unknown) =>
      process.logger.warn({ err: error }, 'failing rules could not be looked for; tried again'),
    );
  }, LOOK_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
