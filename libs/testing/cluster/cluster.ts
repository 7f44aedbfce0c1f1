/** The services of docker-compose.yml without containers: a Postgres and Kafka brokers of our own, and a process for each instance. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmbeddedPostgres } from '#adapters/postgres/embedded/embedded-postgres.js';
import { freePort } from '#adapters/postgres/embedded/port.js';
import { Undo } from '#platform/process/undo.js';
import { installed } from '#platform/runtime/installation.js';
import { Instance } from '../chaos/instance.js';
import { type KafkaCluster, startKafka } from '../kafka/cluster.js';
import { until } from '../until.js';
import { readCompose } from './compose-file.js';
import type { Compose } from './compose-schema.js';
import { type Lane, ourServices, planOf, type ServicePlan } from './plan.js';

export interface ClusterOptions {
  /** Instances of a service; 1 where none is named. Throws on a name that the file does not have. */
  readonly instances?: Readonly<Record<string, number>>;
  /** 1 or 3; default 1. */
  readonly brokers?: number;
  readonly masterKey: string;
  /** More settings of all services, over those of the file. */
  readonly env?: Readonly<Record<string, string>>;
  /** For data and logs; by default a new one, which goes with the cluster. */
  readonly folder?: string;
  /** Told what happens, one line at a time. */
  readonly onProgress?: (line: string) => void;
}

export interface Cluster {
  readonly instances: readonly Instance[];
  /** Instances of a service. */
  of(service: string): readonly Instance[];
  /** Holds across restarts of the server. */
  readonly databaseUrl: string;
  /** Of the database server now. */
  databasePid(): number;
  /** Stops the database server, in order. */
  stopDatabase(): Promise<void>;
  startDatabase(): Promise<void>;
  readonly kafka: KafkaCluster;
  /** Data and logs: `NAME.log` of each instance. */
  readonly folder: string;
  /** In the opposite order of the start; a folder of its own goes too. */
  stop(): Promise<void>;
}

const READY_MS = 90_000;
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Starts everything and resolves when each service says by its healthcheck that it is ready. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { brokers = 1, masterKey, onProgress = () => undefined } = options;
  const environment = { ...process.env, AFTERCLICK_MASTER_KEY: masterKey };
  const compose = readCompose(installed('docker-compose.yml'), environment);
  refuseUnknown(compose, options.instances ?? {});
  const undo = new Undo();
  try {
    const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'afterclick-cluster-'));
    // The database server runs as another user when we are root: it must be able to pass through.
    chmodSync(folder, 0o711);
    if (options.folder === undefined) undo.add(() => rmSync(folder, { recursive: true, force: true }));
    onProgress(`postgres and ${brokers} Kafka broker${brokers === 1 ? '' : 's'} are starting`);
    const server = { dataDir: join(folder, 'postgres-data'), log: SILENT };
    let database = await startEmbeddedPostgres(server);
    undo.add(() => database.stop());
    const kafka = await startKafka({ brokers });
    undo.add(() => kafka.stop());
    const lane: Lane = { brokers: kafka.brokers, databaseUrl: database.url, folder };
    const instances: Instance[] = [];
    undo.add(() => stopAll(instances));
    for (const wave of ourServices(compose)) {
      const ready: Promise<void>[] = [];
      for (const service of wave) {
        for (let number = 1; number <= (options.instances?.[service] ?? 1); number += 1) {
          const plan = planOf(compose, service, await freePort(), lane);
          const instance = instanceOf(plan, `${service}-${number}`, folder, options.env);
          instances.push(instance);
          ready.push(start(instance, plan).then(() => onProgress(`${instance.name} is ready: ${instance.url}`)));
        }
      }
      await Promise.all(ready);
    }
    return {
      instances,
      of: (service) => instances.filter(({ name }) => name.startsWith(`${service}-`)),
      databaseUrl: database.url,
      databasePid: () => database.pid,
      stopDatabase: () => database.stop(),
      startDatabase: async () => {
        database = await startEmbeddedPostgres(server);
      },
      kafka,
      folder,
      stop: () => undo.run(),
    };
  } catch (error) {
    await undo.run();
    throw error;
  }
}

function refuseUnknown(compose: Compose, instances: Readonly<Record<string, number>>): void {
  const known = ourServices(compose).flat();
  const unknown = Object.keys(instances).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Error(`docker-compose.yml has no service ${unknown}: there are ${known.join(', ')}`);
}

function instanceOf(
  { service, module, args, env }: ServicePlan,
  name: string,
  folder: string,
  more: Readonly<Record<string, string>> = {},
): Instance {
  mkdirSync(join(folder, service), { recursive: true });
  return new Instance({
    name,
    program: installed(module),
    args,
    env: { ...env, ...more },
    url: `http://127.0.0.1:${env['PORT']}`,
    logFile: join(folder, `${name}.log`),
  });
}

async function start(instance: Instance, { healthcheck }: ServicePlan): Promise<void> {
  await instance.start();
  try {
    await until(() => succeeds(healthcheck), READY_MS);
  } catch (error) {
    throw new Error(`${instance.name} did not become ready: see ${instance.plan.logFile}`, { cause: error });
  }
}

async function succeeds([program, ...args]: readonly string[]): Promise<boolean> {
  try {
    await promisify(execFile)(program === 'node' ? process.execPath : (program ?? ''), args);
    return true;
  } catch {
    // Not yet: that is what a healthcheck is asked for.
    return false;
  }
}

async function stopAll(instances: readonly Instance[]): Promise<void> {
  await Promise.all(instances.filter(({ running }) => running).map((instance) => instance.stop()));
}
