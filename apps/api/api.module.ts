/** The API and its pages: `/v1`, `/health`, `/metrics`, `/openapi.json` and `/`. */
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { Registry } from 'prom-client';
import { TOPICS, topicOf } from '#contracts/topics.js';
import { WATCHES_NOTHING } from '#platform/health/watched.js';
import {
  type ApiDependencies,
  CLOCK,
  CONFIGURATION,
  CONTACT_KEYS,
  ENGAGEMENTS,
  LOG,
  LOGGER,
  MASTER_KEY,
  METRICS,
  POOL,
  WATCHED,
  WORKSPACE_KEYS,
} from './dependencies.js';

function valuesOf(deps: ApiDependencies): Provider[] {
  return [
    { provide: POOL, useValue: deps.pool },
    { provide: LOG, useValue: deps.log },
    { provide: MASTER_KEY, useValue: deps.masterKey },
    { provide: WORKSPACE_KEYS, useValue: deps.workspaceKeys },
    { provide: CONTACT_KEYS, useValue: deps.contactKeys },
    { provide: CONFIGURATION, useValue: deps.configuration },
    { provide: LOGGER, useValue: deps.logger },
    { provide: CLOCK, useValue: deps.clock },
    { provide: ENGAGEMENTS, useValue: deps.engagements ?? topicOf(TOPICS.engagements.name, 1) },
    { provide: WATCHED, useValue: deps.watched ?? WATCHES_NOTHING },
    { provide: METRICS, useValue: deps.metrics ?? new Registry() },
  ];
}

@Module({})
export class ApiModule {
  /** Serves nothing under `/ingest`; JSON and form bodies are parsed by Nest's own parsers, which must stay registered. */
  static register(deps: ApiDependencies): DynamicModule {
    return { module: ApiModule, providers: valuesOf(deps) };
  }
}
