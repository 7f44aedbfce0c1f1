/** What must be done from time to time: partitions and keys ahead, retention of the log, of raw deliveries and of what sealed them. */
import { trimDeliveries } from '#adapters/postgres/deliveries/retention.js';
import { trimEffects } from '#adapters/postgres/effect-queue/retention.js';
import { trimSeen } from '#adapters/postgres/event-store/seen-retention.js';
import { trimChanges } from '#adapters/postgres/feed/retention.js';
import { trimImports } from '#adapters/postgres/imports/retention.js';
import { oldestUnread } from '#adapters/postgres/keys/oldest-unread.js';
import { trim } from '#adapters/postgres/log/trim.js';
import { ensurePartitions } from '#adapters/postgres/migrations/partitions.js';
import { trimAttempts } from '#adapters/postgres/webhooks/due.js';
import { TOPICS } from '#contracts/topics.js';
import { dayOf } from '#engine/sealing/owners.js';
import type { Runtime } from './runtime.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** De-duplication keys: the horizon of 400 days, and two months for inputs that are decided long after they were recorded. */
const SEEN_KEPT_MS = 462 * DAY;

type Maintained = Pick<Runtime, 'pool' | 'clock' | 'workspaceKeys' | 'logger'> & {
  readonly configuration: Pick<Runtime['configuration'], 'rawDays' | 'changesDays'>;
};

/**
 * Makes partitions and keys ahead (rejecting when that fails: without them nothing should start), then does all there is to do, now and
 * hourly. Returns how to end it.
 */
export async function startMaintenance(runtime: Maintained): Promise<() => Promise<void>> {
  await makePartitions(runtime);
  await makeKeys(runtime);
  let running = maintain(runtime);
  const timer = setInterval(() => {
    running = running.then(() => maintain(runtime));
  }, HOUR);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}

/** One step's failure keeps no other from being done. Never rejects. */
async function maintain(runtime: Maintained): Promise<void> {
  for (const step of [
    makePartitions,
    makeKeys,
    trimLog,
    trimRequests,
    trimFiles,
    trimSeenKeys,
    trimSettled,
    trimFeed,
    destroyKeys,
    destroyRequestKeys,
  ]) {
    try {
      await step(runtime);
    } catch (error) {
      runtime.logger.error(
        { err: error, step: step.name },
        'a step of the hourly maintenance failed: tried again in an hour',
      );
    }
  }
}

async function makePartitions({ pool, clock }: Maintained): Promise<void> {
  await ensurePartitions(pool, clock());
}

async function makeKeys({ workspaceKeys }: Maintained): Promise<void> {
  await workspaceKeys.makeAhead();
}

async function trimLog({ pool, clock }: Maintained): Promise<void> {
  await trim(pool, clock());
}

/** Requests as they came, and quarantine (engine.md 4.14). */
async function trimRequests({ pool, clock, configuration }: Maintained): Promise<void> {
  await trimDeliveries(pool, clock() - configuration.rawDays * DAY, clock());
}

/** Files that were handed over, and what was not taken of them: personal data as it came, like requests. */
async function trimFiles({ pool, clock, configuration }: Maintained): Promise<void> {
  await trimImports(pool, clock() - configuration.rawDays * DAY);
}

async function trimSeenKeys({ pool, clock }: Maintained): Promise<void> {
  await trimSeen(pool, clock() - SEEN_KEPT_MS);
}

async function trimSettled({ pool, clock }: Maintained): Promise<void> {
  await trimEffects(pool, clock() - TOPICS.contactEvents.retentionDays * DAY);
}

async function trimFeed({ pool, clock, configuration }: Maintained): Promise<void> {
  await trimChanges(pool, clock() - configuration.changesDays * DAY);
  await trimAttempts(pool, clock() - TOPICS.contactEvents.retentionDays * DAY);
}

/** Never one that seals an input still to be read, however long ago it was recorded. */
async function destroyKeys({ pool, clock, workspaceKeys }: Maintained): Promise<void> {
  const before = clock() - TOPICS.engagements.retentionDays * DAY;
  await workspaceKeys.destroyBefore(dayOf((await oldestUnread(pool, before)) ?? before), 'engagements');
}

/** The topic keeps its records longer than requests may be read: what is left of them there opens no more. */
async function destroyRequestKeys({ clock, workspaceKeys, configuration }: Maintained): Promise<void> {
  await workspaceKeys.destroyBefore(dayOf(clock() - configuration.rawDays * DAY), 'deliveries');
}
