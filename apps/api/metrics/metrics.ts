/** What is counted, read from where it is kept whenever somebody scrapes. */
import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge, type Registry } from 'prom-client';
import { type BooksSum, booksOf } from '#adapters/postgres/event-store/books.js';
import { countParked } from '#adapters/postgres/event-store/parked.js';
import { waitingEffects } from '#adapters/postgres/operations/waiting-effects.js';
import type { Pool } from '#adapters/postgres/pool.js';
import { listWorkspaces } from '#adapters/postgres/registry/workspaces.js';
import { Readiness } from '#platform/health/readiness.js';
import { ProcessMetrics } from '#platform/metrics/process-metrics.js';
import { CLOCK, METRICS, POOL } from '../dependencies.js';
import { BooksTotals } from './books-totals.js';

/** How an engagement may end, and its label. */
const ENDS = [
  ['applied', 'applied'],
  ['duplicate', 'duplicate'],
  ['tooLate', 'too_late'],
  ['parked', 'parked'],
  ['quarantined', 'quarantined'],
] as const satisfies readonly (readonly [keyof BooksSum, string])[];

@Injectable()
export class Metrics extends ProcessMetrics {
  readonly #engagements: Counter<'workspace' | 'source' | 'outcome'>;
  readonly #difference: Gauge<'workspace' | 'source'>;
  readonly #effects: Gauge<'workspace' | 'target' | 'state'>;
  readonly #parked: Gauge<'workspace'>;
  readonly #totals: BooksTotals;

  constructor(
    @Inject(METRICS) registry: Registry,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) clock: () => number,
    @Inject(Readiness) readiness: Readiness,
  ) {
    super(registry, readiness);
    this.#totals = new BooksTotals((workspaceId, from, to) => booksOf(pool, workspaceId, from, to), clock);
    const registers = [registry];
    const of = <L extends string>(name: string, help: string, labelNames: L[]) => ({
      name,
      help,
      labelNames,
      registers,
    });
    this.#engagements = new Counter(
      of('afterclick_engagements_total', 'Engagements by how they ended', ['workspace', 'source', 'outcome']),
    );
    this.#difference = new Gauge(
      of(
        'afterclick_books_difference',
        'Accepted engagements that have ended nowhere yet; below 0 on Kafka: brought twice, or by a request cut short',
        ['workspace', 'source'],
      ),
    );
    this.#effects = new Gauge(of('afterclick_effects', 'Effects that wait or died', ['workspace', 'target', 'state']));
    this.#parked = new Gauge(of('afterclick_parked_inputs', 'Inputs set aside', ['workspace']));
  }

  /** What the database cannot tell now is left as it was; its own absence shows in readiness. */
  protected override async refresh(): Promise<void> {
    await super.refresh();
    for (const { id, name } of await listWorkspaces(this.pool)) await this.#workspace(id, name);
  }

  async #workspace(workspaceId: string, workspace: string): Promise<void> {
    for (const [source, sum] of await this.#totals.of(workspaceId)) {
      for (const [end, outcome] of ENDS) this.#count({ workspace, source, outcome }, sum[end]);
      this.#difference.set({ workspace, source }, sum.difference);
    }
    for (const { target, state, count } of await waitingEffects(this.pool, workspaceId))
      this.#effects.set({ workspace, target, state }, count);
    this.#parked.set({ workspace }, (await countParked(this.pool, workspaceId)).inputs);
  }

  /** A counter is told a total that is kept elsewhere: what is new since the last scrape is added. */
  #count(labels: { workspace: string; source: string; outcome: string }, total: number): void {
    this.#engagements.remove(labels);
    this.#engagements.inc(labels, Math.max(0, total));
  }
}
