/** What docker-compose.yml says of our services, for processes of this machine: hosts and ports put on loopback, folders under one. */
import { join } from 'node:path';
import { startWaves } from './compose-file.js';
import type { Compose, ComposeService } from './compose-schema.js';

/** Where our services find what the file has in containers. */
export interface Lane {
  /** HOST:PORT of the brokers. */
  readonly brokers: readonly string[];
  readonly databaseUrl: string;
  /** Volumes lie below it, one folder a service. */
  readonly folder: string;
}

export interface ServicePlan {
  readonly service: string;
  /** Main module, below the repository. */
  readonly module: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Program and arguments that end with 0 when the service is ready. */
  readonly healthcheck: readonly string[];
}

/** Services that are built from the repository, in the waves they start in. */
export function ourServices(compose: Compose): readonly (readonly string[])[] {
  return startWaves(compose)
    .map((wave) => wave.filter((name) => compose.services[name]?.build !== undefined))
    .filter((wave) => wave.length > 0);
}

/** One instance of a service, listening on `port`. Throws where the file says what cannot be done without containers. */
export function planOf(compose: Compose, service: string, port: number, lane: Lane): ServicePlan {
  const { command, environment = {}, healthcheck } = compose.services[service] as ComposeService;
  const [node, module, ...args] = command ?? [];
  if (node !== 'node' || module === undefined) throw new Error(`${service}: its command must be: node MODULE …`);
  const inside = environment['PORT'] ?? '';
  const own = new URL(environment['DATABASE_URL'] ?? '');
  if (!(own.hostname in compose.services)) throw new Error(`${service}: DATABASE_URL names no service of the file`);
  for (const broker of (environment['AFTERCLICK_KAFKA_BROKERS'] ?? '').split(','))
    if (!((broker.split(':')[0] ?? '') in compose.services))
      throw new Error(`${service}: ${broker} is no service of the file`);
  return {
    service,
    module,
    args,
    env: {
      ...environment,
      PORT: String(port),
      AFTERCLICK_HOST: '127.0.0.1',
      AFTERCLICK_DATA: join(lane.folder, service),
      AFTERCLICK_KAFKA_BROKERS: lane.brokers.join(','),
      AFTERCLICK_KAFKA_REPLICATION: String(Math.min(3, lane.brokers.length)),
      DATABASE_URL: lane.databaseUrl,
    },
    healthcheck: (healthcheck?.test.slice(1) ?? []).map((word) =>
      word.replaceAll(`127.0.0.1:${inside}`, `127.0.0.1:${port}`),
    ),
  };
}
