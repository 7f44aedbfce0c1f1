/** What befell batches, as Prometheus metrics. */
import { Counter, type Registry } from 'prom-client';
import type { Consumed, LogMeter } from '#engine/log/meter.js';

const LABELS = ['group', 'topic'] as const;

/** Counters are registered in `registry`: once a process. */
export function logMeter(registry: Registry): LogMeter {
  const counter = (name: string, help: string) =>
    new Counter({ name: `afterclick_${name}`, help, labelNames: LABELS, registers: [registry] });
  const undone = {
    aborted: counter('batches_aborted_total', 'batches that failed, were rolled back and tried again'),
    fenced: counter('batches_fenced_total', 'batches refused because another process had taken the partition'),
  };
  const repeats = counter('repeats_dropped_total', 'records that a relay brought again, dropped');
  const of = ({ group, topic }: Consumed) => ({ group, topic });
  return {
    undone: (consumed, how) => undone[how].inc(of(consumed)),
    repeated: (consumed, count) => repeats.inc(of(consumed), count),
  };
}
