/** Whether this process is ready, and if not, why: each reason a sentence that a person can act on. */
import { Inject, Injectable } from '@nestjs/common';
import { databaseTrouble } from '#adapters/postgres/operations/database-probe.js';
import { pendingPublications } from '#adapters/postgres/operations/pending-publications.js';
import type { Pool } from '#adapters/postgres/pool.js';
import type { Log } from '#engine/log/log.js';
import type { Watched, WatchedGroup } from '#platform/health/watched.js';
import { CLOCK, ENGAGEMENTS, LOG, POOL, WATCHED } from '../dependencies.js';

export interface Check {
  readonly part: string;
  readonly ok: boolean;
  readonly reasons: readonly string[];
}

const DATABASE_MS = 2_000;
/** A publication takes milliseconds to be in force; after this long something is wrong. */
const PUBLICATION_MS = 30_000;

@Injectable()
export class Readiness {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(LOG) private readonly log: Log,
    @Inject(WATCHED) private readonly watched: Watched,
    @Inject(CLOCK) private readonly clock: () => number,
    @Inject(ENGAGEMENTS) private readonly topic: string,
  ) {}

  async checks(): Promise<readonly Check[]> {
    const database = await databaseTrouble(this.pool, DATABASE_MS);
    // Everything else asks the database: one reason says more than five that follow from it.
    if (database !== null) return [check('database', [database])];
    const others = await Promise.all([this.#log(), this.#rules(), ...this.#probes()]);
    return [check('database', []), ...others];
  }

  /** Where the consumers of this process stand; null when the log does not tell. */
  groups(): Promise<readonly WatchedGroup[] | null> {
    return this.watched.groups().catch(() => null);
  }

  async #log(): Promise<Check> {
    const groups = await this.groups();
    return check('log', groups === null ? ['The log does not answer.'] : groups.flatMap(troublesOf));
  }

  async #rules(): Promise<Check> {
    const of = this.log.partitions(this.topic);
    const pending = await pendingPublications(this.pool, this.topic, of).catch(() => null);
    if (pending === null) return check('rules', ['It could not be read which rules are in force.']);
    const late = pending.filter(({ publishedAt }) => publishedAt < this.clock() - PUBLICATION_MS);
    return check(
      'rules',
      late.map(
        ({ workspace, number, partitions }) =>
          `Publication ${number} of workspace ${workspace} is in force on ${partitions} of ${of} partitions only.`,
      ),
    );
  }

  #probes(): readonly Promise<Check>[] {
    return this.watched.probes.map(async ({ part, troubles }) => {
      const reasons = await troubles().catch((error: unknown) => [`It does not answer: ${nameOf(error)}.`]);
      return check(part, reasons);
    });
  }
}

function check(part: string, reasons: readonly string[]): Check {
  return { part, ok: reasons.length === 0, reasons };
}

function troublesOf({ group, topic, partitions }: WatchedGroup): readonly string[] {
  const stopped = partitions.filter((one) => one.trouble !== null);
  return stopped.map((one) => `${group}: partition ${one.partition} of ${topic}: ${one.trouble}.`);
}

/** The kind of an error: its text may quote what must not be shown. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error';
}
