/** Ingest as a module of a Nest application on Fastify. */
import { type DynamicModule, Inject, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Ingest } from '#engine/ingest/ingest.js';
import type { IngestPorts } from '#engine/ingest/ports.js';
import type { BodyLimits } from '#platform/http/raw-body.js';
import { ingestRoutes } from './ingest.routes.js';

const LIMITS = Symbol('limits of a body');

@Injectable()
class IngestRoutes implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly ingest: Ingest,
    @Inject(LIMITS) private readonly limits: BodyLimits,
  ) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    void server.register(ingestRoutes(this.ingest, this.limits), { prefix: '/ingest' });
  }
}

@Module({})
export class IngestModule {}

/** Serves `/ingest/:path` in the application that imports it. `limits.maxBytes`: AFTERCLICK_MAX_BODY_BYTES. */
export function ingestModule(ports: IngestPorts, limits: BodyLimits): DynamicModule {
  return {
    module: IngestModule,
    providers: [
      { provide: Ingest, useFactory: () => new Ingest(ports) },
      { provide: LIMITS, useValue: limits },
      IngestRoutes,
    ],
    exports: [Ingest],
  };
}
