/** What a fault run runs against: processes of ours, their log and their database. */
import type { KafkaNode } from '../kafka/cluster.js';
import type { Database } from './database.js';
import type { Instance } from './instance.js';
import type { LogView } from './log-view.js';
import type { Access } from './workspace.js';

export interface Shape {
  readonly name: string;
  readonly instances: readonly Instance[];
  /** Those that take requests of providers. */
  readonly ingest: readonly [Instance, ...Instance[]];
  /** One that serves the API. */
  readonly api: Instance;
  /** Those that do the work of a service. */
  of(service: 'ingest' | 'rules' | 'projection' | 'delivery'): readonly Instance[];
  readonly database: Database;
  readonly log: LogView;
  /** Of a log in Kafka; none where it is in Postgres. */
  readonly brokers: readonly KafkaNode[];
  /** Settings of a command that runs beside it. */
  readonly env: Readonly<Record<string, string>>;
  /** More than one may hold a partition: batches can be fenced. */
  readonly shared: boolean;
  /** The workspace with its rules published. */
  enter(): Promise<Access>;
  /** The rest of the instances, once sources and rules are there. */
  complete(): Promise<void>;
  /** In order; answers what did not end well. */
  stop(): Promise<readonly string[]>;
}

export interface ShapeOptions {
  /** bin/afterclick.mjs of the build under test. */
  readonly program: string;
  /** For data and logs. */
  readonly folder: string;
  /** Rules to publish. */
  readonly rules: string;
  readonly masterKey: string;
}

export async function stopInstances(instances: readonly Instance[]): Promise<readonly string[]> {
  const ended = await Promise.all(
    instances
      .filter(({ running }) => running)
      .map(async (instance) => {
        const code = await instance.stop();
        return code === 0 ? [] : [`${instance.name} did not stop in order (${code})`];
      }),
  );
  return ended.flat();
}
