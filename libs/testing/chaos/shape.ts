/** What a fault run runs against: processes of ours, and their database. */
import type { Database } from './database.js';
import type { Instance } from './instance.js';

export interface Shape {
  readonly name: string;
  readonly instances: readonly Instance[];
  /** Those that take requests of providers. */
  readonly ingest: readonly [Instance, ...Instance[]];
  /** One that serves the API. */
  readonly api: Instance;
  readonly database: Database;
  /** Where the first instance keeps its files: its API key, its workspace. */
  readonly dataDir: string;
  /** More than one may hold a partition: batches can be fenced. */
  readonly shared: boolean;
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

/** The workspace of a fault run. */
export const WORKSPACE = 'fault-run';

export async function stopInstances(instances: readonly Instance[]): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const instance of instances) {
    if (!instance.running) continue;
    const code = await instance.stop();
    if (code !== 0) faults.push(`${instance.name} did not stop in order (${code})`);
  }
  return faults;
}
