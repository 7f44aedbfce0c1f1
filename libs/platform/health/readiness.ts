/** Whether this process is ready, and if not, why: each reason a sentence that a person can act on. */
import type { Probe, Watched, WatchedGroup } from './watched.js';

export interface Check {
  readonly part: string;
  readonly ok: boolean;
  /** Why it is not ok, or what is worth knowing although it is. */
  readonly reasons: readonly string[];
}

export interface ReadinessParts {
  /** Null when the database answers, else why not. Left out in a process that does its work without one. */
  readonly database?: () => Promise<string | null>;
  readonly watched: Watched;
}

/** A log that has not said by then where it stands is as good as away. */
const LOG_PATIENCE_MS = 5_000;

export class Readiness {
  constructor(private readonly parts: ReadinessParts) {}

  async checks(): Promise<readonly Check[]> {
    const { database, watched } = this.parts;
    const trouble = database === undefined ? null : await database();
    // Everything else asks the database: one reason says more than five that follow from it.
    if (trouble !== null) return [check('database', [trouble])];
    const others = await Promise.all([this.#log(), ...watched.probes.map(asked)]);
    return database === undefined ? others : [check('database', []), ...others];
  }

  /** Where the consumers stand; null when the log does not tell. */
  async groups(): Promise<readonly WatchedGroup[] | null> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), LOG_PATIENCE_MS);
    });
    const asked = this.parts.watched.groups().catch(() => null);
    try {
      return await Promise.race([asked, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #log(): Promise<Check> {
    const groups = await this.groups();
    return check('log', groups === null ? ['The log does not answer.'] : groups.flatMap(troublesOf));
  }
}

function check(part: string, reasons: readonly string[]): Check {
  return { part, ok: reasons.length === 0, reasons };
}

async function asked(probe: Probe): Promise<Check> {
  const { part } = probe;
  try {
    const troubles = await probe.troubles();
    if (troubles.length > 0) return check(part, troubles);
    return { part, ok: true, reasons: (await probe.notes?.()) ?? [] };
  } catch (error) {
    return check(part, [`It does not answer: ${nameOf(error)}.`]);
  }
}

function troublesOf({ group, topic, partitions }: WatchedGroup): readonly string[] {
  const stopped = partitions.filter((one) => one.trouble !== null);
  return stopped.map((one) => `${group}: partition ${one.partition} of ${topic}: ${one.trouble}.`);
}

/** The kind of an error: its text may quote what must not be shown. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error';
}
