/** The HTTP server and the consumers of a process: one Nest application for both. */
import 'reflect-metadata';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { Configuration } from '../configuration/configuration.js';
import type { LogServer } from '../log-transport/log-server.js';
import { NestLogger } from '../logging/nest-logger.js';
import { drainConnections } from './drain-connections.js';
import { type TlsFiles, tlsFiles, trustedProxies } from './http-server.js';
import { refusePlainHttp } from './plain-http.js';
import { renewTls } from './renew-tls.js';
import type { Undo } from './undo.js';

export interface Served {
  readonly module: DynamicModule;
  /** Hands batches to the module's handlers; null in a process that consumes nothing. */
  readonly consumers: LogServer | null;
}

/** Consumes, then listens on the configured port (0: any free one). Answers the address, without a slash at the end. */
export async function listen(
  { module, consumers }: Served,
  configuration: Configuration,
  logger: Logger,
  undo: Undo,
): Promise<string> {
  const tls = tlsFiles(configuration);
  const adapter = httpAdapter(configuration, tls);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  undo.add(() => app.close());
  if (tls !== null) undo.add(renewTls(app.getHttpServer(), configuration, logger));
  if (consumers !== null) app.connectMicroservice({ strategy: consumers }, { inheritAppConfig: false });
  await app.startAllMicroservices();
  await app.listen(configuration.port, configuration.host);
  return addressOf(app, tls !== null);
}

/** A request that has not come whole by then is ended, whatever it is for: without one, a slow sender holds its socket for ever. */
const REQUEST_TIMEOUT_MS = 20_000;
/** How often that is looked at. */
const LOOK_MS = 5_000;

/** Bytes of a body that Fastify parses (`/ingest` has a reader and limits of its own): 10,000 addresses, each as long as one may be. */
const BODY_LIMIT = 4 * 1024 * 1024;

/** Fastify as every process serves it: proxies believed where they are trusted, plain HTTP refused where it may not be. */
export function httpAdapter(
  configuration: Pick<Configuration, 'host' | 'trustedProxies' | 'allowPlainHttp'>,
  tls: TlsFiles | null,
): FastifyAdapter {
  const isTrusted = trustedProxies(configuration);
  const shared = {
    forceCloseConnections: 'idle' as const,
    trustProxy: isTrusted,
    requestTimeout: REQUEST_TIMEOUT_MS,
    bodyLimit: BODY_LIMIT,
  };
  const looks = { connectionsCheckingInterval: LOOK_MS };
  const adapter = new FastifyAdapter(
    tls === null ? { ...shared, http: looks } : { ...shared, https: { ...tls, ...looks, minVersion: 'TLSv1.2' } },
  );
  drainConnections(adapter.getInstance());
  if (tls === null && !configuration.allowPlainHttp) refusePlainHttp(adapter.getInstance(), isTrusted);
  return adapter;
}

/** Where the server really listens: the port may have been 0. A wildcard is reached by loopback. */
function addressOf(app: NestFastifyApplication, isTls: boolean): string {
  const { address, port, family } = app.getHttpServer().address() as { address: string; port: number; family: string };
  const host = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address;
  return `${isTls ? 'https' : 'http'}://${family === 'IPv6' && host === address ? `[${host}]` : host}:${port}`;
}
