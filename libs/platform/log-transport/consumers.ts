/** The consumers of a process, and what readiness sees of them. */
import type { Logger } from 'pino';
import type { Generations } from '#engine/log/generations.js';
import type { Log } from '#engine/log/log.js';
import type { Configuration } from '../configuration/configuration.js';
import type { Probe, Watched } from '../health/watched.js';
import { LogServer } from './log-server.js';

/** Hands batches of `log` to the handlers of the application it is connected to. */
export function consumersOf({
  log,
  logger,
  configuration,
  generations,
}: {
  readonly log: Pick<Log, 'consume'>;
  readonly logger: Logger;
  readonly configuration: Pick<Configuration, 'batchRecords'>;
  readonly generations: Generations;
}): LogServer {
  return new LogServer({
    log,
    generations,
    maxRecords: configuration.batchRecords,
    onStopped: ({ group, topic }, partition, reason) =>
      logger.error({ err: reason, group, topic, partition }, 'a partition stopped: an operator must act'),
  });
}

export function watchedOf(consumers: LogServer, probes: readonly Probe[] = []): Watched {
  return { groups: () => consumers.consumptions(), probes };
}
