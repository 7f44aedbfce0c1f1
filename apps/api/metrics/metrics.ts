/** What is counted, read from where it is kept whenever somebody scrapes. */
import { Inject, Injectable } from '@nestjs/common';
import { Counter, collectDefaultMetrics, Gauge, Histogram, type Registry } from 'prom-client';
import { type BooksSum, booksOf } from '#adapters/postgres/event-store/books.js';
import { countParked } from '#adapters/postgres/event-store/parked.js';
import { waitingEffects } from '#adapters/postgres/operations/waiting-effects.js';
import type { Pool } from '#adapters/postgres/pool.js';
import { listWorkspaces } from '#adapters/postgres/registry/workspaces.js';
import { CLOCK, METRICS, POOL } from '../dependencies.js';
import { Readiness } from '../health/readiness.js';
import { BooksTotals } from './books-totals.js';

const BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/** How an engagement may end, and its label. */
const ENDS = [
  ['applied', 'applied'],
  ['duplicate', 'duplicate'],
  ['tooLate', 'too_late'],
  ['parked', 'parked'],
  ['quarantined', 'quarantined'],
] as const satisfies readonly (readonly [keyof BooksSum, string])[];

@Injectable()
export class Metrics {
  readonly durations: Histogram<'method' | 'route' | 'status'>;
  readonly #engagements: Counter<'workspace' | 'source' | 'outcome'>;
  readonly #difference: Gauge<'workspace' | 'source'>;
  readonly #lag: Gauge<'group' | 'topic' | 'partition'>;
  readonly #trouble: Gauge<'group' | 'topic' | 'partition'>;
  readonly #effects: Gauge<'workspace' | 'target' | 'state'>;
  readonly #parked: Gauge<'workspace'>;
  readonly #totals: BooksTotals;

  constructor(
    @Inject(METRICS) private readonly registry: Registry,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) clock: () => number,
    private readonly readiness: Readiness,
  ) {
    this.#totals = new BooksTotals((workspaceId, from, to) => booksOf(pool, workspaceId, from, to), clock);
    collectDefaultMetrics({ register: registry });
    const registers = [registry];
    const of = <L extends string>(name: string, help: string, labelNames: L[]) => ({
      name,
      help,
      labelNames,
      registers,
    });
    this.durations = new Histogram({
      ...of('afterclick_http_request_duration_seconds', 'Time to answer a request', ['method', 'route', 'status']),
      buckets: BUCKETS_S,
    });
    this.#engagements = new Counter(
      of('afterclick_engagements_total', 'Engagements by how they ended', ['workspace', 'source', 'outcome']),
    );
    this.#difference = new Gauge(
      of('afterclick_books_difference', 'Accepted engagements that have ended nowhere yet', ['workspace', 'source']),
    );
    this.#lag = new Gauge(
      of('afterclick_log_lag_records', 'Records not yet consumed', ['group', 'topic', 'partition']),
    );
    this.#trouble = new Gauge(
      of('afterclick_log_partition_troubled', '1: stopped or paused', ['group', 'topic', 'partition']),
    );
    this.#effects = new Gauge(of('afterclick_effects', 'Effects that wait or died', ['workspace', 'target', 'state']));
    this.#parked = new Gauge(of('afterclick_parked_inputs', 'Inputs set aside', ['workspace']));
  }

  /** The exposition text. What the database cannot tell now is left as it was; its own absence shows in readiness. */
  async text(): Promise<string> {
    await this.#consumers();
    for (const { id, name } of await listWorkspaces(this.pool)) await this.#workspace(id, name);
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  async #consumers(): Promise<void> {
    for (const { group, topic, partitions } of (await this.readiness.groups()) ?? []) {
      for (const { partition, next, end, trouble } of partitions) {
        const labels = { group, topic, partition: String(partition) };
        this.#lag.set(labels, Math.max(0, end - next));
        this.#trouble.set(labels, trouble === null ? 0 : 1);
      }
    }
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
