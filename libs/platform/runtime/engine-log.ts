/** Which log runs: the one place that knows. Everything else holds the port. */
import type { Registry } from 'prom-client';
import { PostgresLog } from '#adapters/postgres/log/postgres-log.js';
import type { Log } from '#engine/log/log.js';
import type { LogWaker } from '#engine/log/wakes.js';
import type { Configuration } from '../configuration/configuration.js';
import { logMeter } from '../metrics/log-meter.js';

/** The log as the processes of Afterclick hold it. */
export interface EngineLog extends Log, LogWaker {
  /** Makes the topic, or rejects with the reason why the one there is cannot be used. */
  createTopic(name: string, partitions: number): Promise<void>;
}

/** Opens the log that the settings choose. Rejects with WorldError when it is away. */
export function openLog(configuration: Configuration, databaseUrl: string, metrics: Registry): Promise<EngineLog> {
  const concurrency = Math.max(8, Math.ceil(configuration.batchRecords / 100));
  return PostgresLog.open(databaseUrl, { concurrency, meter: logMeter(metrics) });
}
