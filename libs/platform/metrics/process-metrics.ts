/** What every process counts: itself, its requests, and where its consumers stand, read whenever somebody scrapes. */
import { collectDefaultMetrics, Gauge, Histogram, type Registry } from 'prom-client';
import type { Readiness } from '../health/readiness.js';

const BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const PLACE = ['group', 'topic', 'partition'] as const;

export class ProcessMetrics {
  readonly durations: Histogram<'method' | 'route' | 'status'>;
  readonly #registry: Registry;
  readonly #readiness: Pick<Readiness, 'groups'>;
  readonly #lag: Gauge<(typeof PLACE)[number]>;
  readonly #trouble: Gauge<(typeof PLACE)[number]>;

  /** Once a process: everything is registered in `registry`. */
  constructor(registry: Registry, readiness: Pick<Readiness, 'groups'>) {
    this.#registry = registry;
    this.#readiness = readiness;
    collectDefaultMetrics({ register: registry });
    const registers = [registry];
    this.durations = new Histogram({
      name: 'afterclick_http_request_duration_seconds',
      help: 'Time to answer a request',
      labelNames: ['method', 'route', 'status'],
      buckets: BUCKETS_S,
      registers,
    });
    const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames: PLACE, registers });
    this.#lag = gauge('afterclick_log_lag_records', 'Records not yet consumed');
    this.#trouble = gauge('afterclick_log_partition_troubled', '1: stopped or paused');
  }

  /** The exposition text. */
  async text(): Promise<string> {
    await this.refresh();
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Reads anew what is kept elsewhere. What the log cannot tell now is left as it was; its absence shows in readiness. */
  protected async refresh(): Promise<void> {
    for (const { group, topic, partitions } of (await this.#readiness.groups()) ?? []) {
      for (const { partition, next, end, trouble } of partitions) {
        const labels = { group, topic, partition: String(partition) };
        this.#lag.set(labels, Math.max(0, end - next));
        this.#trouble.set(labels, trouble === null ? 0 : 1);
      }
    }
  }
}
