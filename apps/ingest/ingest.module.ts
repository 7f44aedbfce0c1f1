/** Ingest as a module of a Nest application on Fastify. */
import { type DynamicModule, Inject, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Ingest } from '#engine/ingest/ingest.js';
import type { IngestPorts } from '#engine/ingest/ports.js';
import type { Configuration } from '#platform/configuration/configuration.js';
import { type IngestHttp, ingestRoutes } from './ingest.routes.js';

/** A body that takes longer than this is refused: a slow sender holds a socket, not the engine. */
const BODY_TIMEOUT_MS = 10_000;

/** How the settings want ingest to be served. */
export function ingestHttp({ maxBodyBytes, publicUrl }: Configuration): IngestHttp {
  return { maxBytes: maxBodyBytes, timeoutMs: BODY_TIMEOUT_MS, publicUrl };
}

const HTTP = Symbol('how ingest is served');

@Injectable()
class IngestRoutes implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly ingest: Ingest,
    @Inject(HTTP) private readonly http: IngestHttp,
  ) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    void server.register(ingestRoutes(this.ingest, this.http), { prefix: '/ingest' });
  }
}

@Module({})
export class IngestModule {}

/** Serves `/ingest/:path` in the application that imports it. `http.maxBytes`: AFTERCLICK_MAX_BODY_BYTES. */
export function ingestModule(ports: IngestPorts, http: IngestHttp): DynamicModule {
  return {
    module: IngestModule,
    providers: [
      { provide: Ingest, useFactory: () => new Ingest(ports) },
      { provide: HTTP, useValue: http },
      IngestRoutes,
    ],
    exports: [Ingest],
  };
}
