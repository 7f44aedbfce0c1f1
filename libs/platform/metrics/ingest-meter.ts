/** Ingest's counts as Prometheus metrics, and its troubles as log lines. */
import type { Logger } from 'pino';
import { Counter, Histogram, type Registry } from 'prom-client';
import type { IngestMeter, Rejection } from '#engine/ingest/meter.js';
import type { Source } from '#engine/ingest/source.js';

const OF_SOURCE = ['source', 'provider'] as const;
/** Seconds: from at once to the days that a provider goes on trying. */
const LAGS = [1, 5, 15, 60, 300, 900, 3_600, 21_600, 86_400, 259_200];
const NOBODY = { source: 'none', provider: 'none' } as const;

/** Counters are registered in `registry`: once a process. */
export function ingestMeter(registry: Registry, logger: Logger): IngestMeter {
  const counter = <Label extends string = never>(name: string, help: string, more: readonly Label[] = []) =>
    new Counter({
      name: `afterclick_ingest_${name}`,
      help,
      labelNames: [...OF_SOURCE, ...more],
      registers: [registry],
    });
  const received = counter('requests_total', 'requests to a source that takes them');
  const verified = counter('verified_total', 'requests whose sender was verified');
  const rejected = counter('rejected_total', 'requests refused, by reason', ['kind']);
  const engagements = counter('engagements_total', 'engagements made durable');
  const quarantined = counter(
    'quarantined_total',
    'elements and bodies set aside because they could not be understood',
  );
  const unavailable = counter('unavailable_total', 'verified requests whose sender was told to send again');
  const alerts = counter('alerts_total', 'things that a provider told and a person has to act on: see the log');
  const lag = new Histogram({
    name: 'afterclick_ingest_event_lag_seconds',
    help: 'From the oldest event of a stored request to its receipt',
    labelNames: OF_SOURCE,
    buckets: LAGS,
    registers: [registry],
  });
  const isDue = seldom();
  return {
    received: (source) => received.inc(labels(source)),
    verified: (source) => verified.inc(labels(source)),
    rejected: (source, kind: Rejection) => rejected.inc({ ...(source ? labels(source) : NOBODY), kind }),
    stored(source, stored, aside) {
      if (stored > 0) engagements.inc(labels(source), stored);
      if (aside > 0) quarantined.inc(labels(source), aside);
    },
    lag: (source, milliseconds) => lag.observe(labels(source), milliseconds / 1000),
    unavailable(source, error) {
      unavailable.inc(labels(source));
      if (isDue(source, 'unavailable'))
        logger.warn(
          { err: error, ...labels(source) },
          'a verified delivery was not stored; its provider sends it again',
        );
    },
    alarm(source, message, error) {
      if (isDue(source, message)) logger.error({ err: error, ...labels(source) }, message);
    },
    alert(source, message, about) {
      alerts.inc(labels(source));
      logger.error({ ...labels(source), ...about }, message);
    },
  };
}

const labels = ({ id, provider }: Source) => ({ source: id, provider });

const SILENCE_MS = 10_000;

/** True once in ten seconds for each source and message: a log that is away must not fill the log of the process. */
function seldom(): (source: Source, message: string) => boolean {
  const said = new Map<string, number>();
  return (source, message) => {
    const name = `${source.id}/${message}`;
    const now = performance.now();
    if (now - (said.get(name) ?? -SILENCE_MS) < SILENCE_MS) return false;
    said.set(name, now);
    return true;
  };
}
