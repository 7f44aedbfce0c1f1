/** Totals of the books since the beginning, without reading all of them at each scrape: old hours hardly change. */
import type { BooksSum } from '#adapters/postgres/event-store/books.js';
import type { Uuid } from '#contracts/ids.js';

type Sums = ReadonlyMap<Uuid, BooksSum>;
type Read = (workspaceId: Uuid, from: number, to: number) => Promise<readonly BooksSum[]>;

const HOUR_MS = 3_600_000;
const RECENT_MS = 48 * HOUR_MS;
const FAR_FUTURE = Date.UTC(9999, 0, 1);

const COUNTED = ['accepted', 'applied', 'duplicate', 'tooLate', 'parked', 'quarantined', 'difference'] as const;

/** Hours older than two days are summed once an hour, later ones at each asking. */
export class BooksTotals {
  readonly #old = new Map<Uuid, { readonly until: number; readonly readAt: number; readonly sums: Sums }>();

  constructor(
    private readonly read: Read,
    private readonly clock: () => number,
  ) {}

  /** By source. */
  async of(workspaceId: Uuid): Promise<Sums> {
    const old = await this.#oldSums(workspaceId);
    const recent = await this.read(workspaceId, old.until, FAR_FUTURE);
    const totals = new Map(old.sums);
    for (const sum of recent) totals.set(sum.sourceId, added(totals.get(sum.sourceId), sum));
    return totals;
  }

  async #oldSums(workspaceId: Uuid): Promise<{ readonly until: number; readonly sums: Sums }> {
    const now = this.clock();
    const known = this.#old.get(workspaceId);
    if (known && now - known.readAt < HOUR_MS) return known;
    const until = Math.floor((now - RECENT_MS) / HOUR_MS) * HOUR_MS;
    const rows = await this.read(workspaceId, 0, until);
    const fresh = { until, readAt: now, sums: new Map(rows.map((row) => [row.sourceId, row])) };
    this.#old.set(workspaceId, fresh);
    return fresh;
  }
}

function added(a: BooksSum | undefined, b: BooksSum): BooksSum {
  if (a === undefined) return b;
  const sum = Object.fromEntries(COUNTED.map((name) => [name, a[name] + b[name]]));
  return { ...b, ...sum };
}
