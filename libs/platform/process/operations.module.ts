/** `/health` and `/metrics` of a process that serves no API. */
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Pool } from '#adapters/postgres/pool.js';
import { PostgresApiKeys } from '#adapters/postgres/registry/api-keys.js';
import { API_KEYS, ApiKeyGuard } from '../auth/api-key.guard.js';
import { HealthController } from '../health/health.controller.js';
import { Readiness } from '../health/readiness.js';
import { ProblemFilter } from '../http/problem.js';
import { RequestDurations } from '../metrics/durations.js';
import { LocalOrKeyGuard, MetricsController } from '../metrics/metrics.controller.js';
import { ProcessMetrics } from '../metrics/process-metrics.js';

@Module({})
export class OperationsModule {}

export function operationsModule(
  { pool, metrics, logger }: { readonly pool: Pool; readonly metrics: Registry; readonly logger: Logger },
  readiness: Readiness,
): DynamicModule {
  return {
    module: OperationsModule,
    controllers: [HealthController, MetricsController],
    providers: [
      { provide: Readiness, useValue: readiness },
      { provide: ProcessMetrics, useFactory: () => new ProcessMetrics(metrics, readiness) },
      { provide: API_KEYS, useValue: new PostgresApiKeys(pool) },
      { provide: APP_FILTER, useFactory: () => new ProblemFilter(logger) },
      RequestDurations,
      ApiKeyGuard,
      LocalOrKeyGuard,
    ],
  };
}

@Module({})
class ServiceModule {}

/** The root of a service: its own modules and the one above. */
export function serviceModule(...imports: readonly DynamicModule[]): DynamicModule {
  return { module: ServiceModule, imports: [...imports] };
}
