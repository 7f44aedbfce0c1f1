/** The books of one segment: how each accepted engagement ended, per source and hour of its receipt (engine.md 4.16). */

import type { Booked } from '#contracts/decision.js';
import type { Uuid } from '#contracts/ids.js';
import type { JsonObject } from '#contracts/json.js';
import type { BooksChange } from './store.js';

const HOUR = 3_600_000;

export type Ending = Exclude<Booked, null> | 'parked' | 'quarantined';
type Counts = { -readonly [name in keyof BooksChange]: BooksChange[name] };

/** What is counted: an engagement in clear. Others, and such as hide their source, have no account. */
export interface Accountable {
  readonly workspaceId: Uuid;
  readonly type: string;
  readonly data: JsonObject;
}

export class Books {
  readonly #rows = new Map<string, Counts>();

  /** `by` −1 takes back what was counted when it was parked. */
  count(record: Accountable, ending: Ending, by: 1 | -1 = 1): void {
    const { sourceId, receivedAt } = record.data;
    if (record.type !== 'engagement' || typeof sourceId !== 'string' || typeof receivedAt !== 'number') return;
    const row = this.row(record.workspaceId, sourceId, Math.floor(receivedAt / HOUR) * HOUR);
    row[ending === 'too_late' ? 'tooLate' : ending] += by;
  }

  private row(workspaceId: Uuid, sourceId: Uuid, hour: number): Counts {
    const name = `${workspaceId}${sourceId}${hour}`;
    const row = this.#rows.get(name) ?? {
      workspaceId,
      sourceId,
      hour,
      applied: 0,
      duplicate: 0,
      tooLate: 0,
      parked: 0,
      quarantined: 0,
    };
    this.#rows.set(name, row);
    return row;
  }

  /** In key order. */
  changes(): readonly BooksChange[] {
    return [...this.#rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  }
}
