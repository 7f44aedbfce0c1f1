/** The HTTP server and the consumers of a process: one Nest application for both. */
import 'reflect-metadata';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { Configuration } from '../configuration/configuration.js';
import type { LogServer } from '../log-transport/log-server.js';
import { NestLogger } from '../logging/nest-logger.js';
import type { Undo } from './undo.js';

export interface Served {
  readonly module: DynamicModule;
  /** Hands batches to the module's handlers; null in a process that consumes nothing. */
  readonly consumers: LogServer | null;
}

/** Consumes, then listens on the configured port (0: any free one). Answers the address, without a slash at the end. */
export async function listen(
  { module, consumers }: Served,
  { port, host }: Pick<Configuration, 'port' | 'host'>,
  logger: Logger,
  undo: Undo,
): Promise<string> {
  const app = await NestFactory.create<NestFastifyApplication>(
    module,
    new FastifyAdapter({ forceCloseConnections: 'idle' }),
    { logger: new NestLogger(logger), abortOnError: false },
  );
  undo.add(() => app.close());
  if (consumers !== null) app.connectMicroservice({ strategy: consumers }, { inheritAppConfig: false });
  await app.startAllMicroservices();
  await app.listen(port, host);
  return addressOf(app);
}

/** Where the server really listens: the port may have been 0. A wildcard is reached by loopback. */
function addressOf(app: NestFastifyApplication): string {
  const { address, port, family } = app.getHttpServer().address() as { address: string; port: number; family: string };
  const host = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address;
  return `http://${family === 'IPv6' && host === address ? `[${host}]` : host}:${port}`;
}
