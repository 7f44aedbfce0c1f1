/** The API and its pages: `/v1`, `/health`, `/metrics`, `/openapi.json` and `/`. */
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { Registry } from 'prom-client';
import { databaseTrouble } from '#adapters/postgres/operations/database-probe.js';
import { PostgresOutbox } from '#adapters/postgres/outbox/outbox.js';
import { PostgresApiKeys } from '#adapters/postgres/registry/api-keys.js';
import { PostgresPublications } from '#adapters/postgres/rules/publications.js';
import type { AddressPolicy } from '#adapters/senders/webhook/address-guard.js';
import { TOPICS, topicOf } from '#contracts/topics.js';
import type { PublishingParts } from '#engine/publishing/publish.js';
import { API_KEYS, ApiKeyGuard } from '#platform/auth/api-key.guard.js';
import { gapsProbe } from '#platform/health/gaps-probe.js';
import { HealthController } from '#platform/health/health.controller.js';
import { parkedProbe } from '#platform/health/parked-probe.js';
import { quarantineProbe } from '#platform/health/quarantine-probe.js';
import { Readiness } from '#platform/health/readiness.js';
import { rulesProbe } from '#platform/health/rules-probe.js';
import { WATCHES_NOTHING } from '#platform/health/watched.js';
import { webhooksProbe } from '#platform/health/webhooks-probe.js';
import { ValidationPipe } from '#platform/http/validation.js';
import { RequestDurations } from '#platform/metrics/durations.js';
import { LocalOrKeyGuard, MetricsController } from '#platform/metrics/metrics.controller.js';
import { ProcessMetrics } from '#platform/metrics/process-metrics.js';
import { ChangeStreams } from './changes/change-streams.js';
import { ChangesController } from './changes/changes.controller.js';
import { Changes } from './changes/changes.js';
import { FeedWatch } from './changes/feed-watch.js';
import { CommandsController } from './commands/commands.controller.js';
import { Commands } from './commands/commands.js';
import { ContactWritesController } from './contacts/contact-writes.controller.js';
import { ContactsController } from './contacts/contacts.controller.js';
import { ContactExportController } from './contacts/export/contact-export.controller.js';
import { MergesController } from './contacts/merges.controller.js';
import { EventsController } from './custom-events/events.controller.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { DeadLetters } from './dead-letters/dead-letters.js';
import { AttributesController } from './declarations/attributes.controller.js';
import { Declarations } from './declarations/declarations.js';
import { SequencesController } from './declarations/sequences.controller.js';
import { TeamsController } from './declarations/teams.controller.js';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { Opening } from './deliveries/opening.js';
import { QuarantineController } from './deliveries/quarantine.controller.js';
import { RereadLog } from './deliveries/reread-log.js';
import { Rereading } from './deliveries/rereading.js';
import {
  type ApiDependencies,
  CLOCK,
  CONFIGURATION,
  CONTACT_KEYS,
  ENGAGEMENTS,
  IMPORT_RUNNER,
  LOG,
  LOGGER,
  MASTER_KEY,
  METRICS,
  POOL,
  PUBLISHING,
  WEBHOOK_POLICY,
  WORKSPACE_KEYS,
} from './dependencies.js';
import { EffectsController } from './effects/effects.controller.js';
import { WhyReader } from './effects/why.js';
import { FailureFilter } from './failure.filter.js';
import { IdempotentAnswers } from './idempotency/idempotent-answers.js';
import { FileBodies } from './imports/file-bodies.js';
import { ImportDesk } from './imports/import-desk.js';
import { ImportsController } from './imports/imports.controller.js';
import { KeysController } from './keys/keys.controller.js';
import { Metrics } from './metrics/metrics.js';
import { Inbox } from './notifications/inbox.js';
import { NotificationsController } from './notifications/notifications.controller.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { PAGE_CONTROLLERS, PAGE_PROVIDERS } from './pages/pages.js';
import { ParkedController } from './parked/parked.controller.js';
import { Parked } from './parked/parked.js';
import { DraftDesk } from './rules/draft-desk.js';
import { DraftsController } from './rules/drafts.controller.js';
import { RulesDesk } from './rules/published-rules.js';
import { SegmentsDesk } from './rules/published-segments.js';
import { RuleHistory } from './rules/rule-history.js';
import { RuleReach } from './rules/rule-reach.js';
import { RuleTrials } from './rules/rule-trials.js';
import { RulesController } from './rules/rules.controller.js';
import { SegmentsController } from './rules/segments.controller.js';
import { TrialsController } from './rules/trials.controller.js';
import { VersionsController } from './rules/versions.controller.js';
import { SourceGapsController } from './sources/source-gaps.controller.js';
import { SourcesController } from './sources/sources.controller.js';
import { SuppressionChecks } from './suppressions/suppression-checks.js';
import { SuppressionWritesController } from './suppressions/suppression-writes.controller.js';
import { SuppressionsController } from './suppressions/suppressions.controller.js';
import { WebhookDesk } from './webhooks/webhook-desk.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';

const RESOURCES = [
  ContactExportController,
  ContactWritesController,
  MergesController,
  EventsController,
  AttributesController,
  TeamsController,
  SequencesController,
  ContactsController,
  ChangesController,
  CommandsController,
  ImportsController,
  NotificationsController,
  SuppressionsController,
  SuppressionWritesController,
  EffectsController,
  QuarantineController,
  DeliveriesController,
  ParkedController,
  DeadLettersController,
  RulesController,
  TrialsController,
  DraftsController,
  VersionsController,
  SegmentsController,
  SourcesController,
  SourceGapsController,
  WebhooksController,
  KeysController,
  HealthController,
  MetricsController,
  OpenApiController,
];

const SERVICES: Provider[] = [
  Changes,
  WebhookDesk,
  ChangeStreams,
  FeedWatch,
  Commands,
  FileBodies,
  ImportDesk,
  Inbox,
  SuppressionChecks,
  Opening,
  RereadLog,
  Rereading,
  WhyReader,
  Parked,
  DeadLetters,
  RulesDesk,
  SegmentsDesk,
  DraftDesk,
  RuleHistory,
  RuleReach,
  RuleTrials,
  Metrics,
  { provide: ProcessMetrics, useExisting: Metrics },
  RequestDurations,
  ApiKeyGuard,
  LocalOrKeyGuard,
  Declarations,
  { provide: APP_INTERCEPTOR, useClass: IdempotentAnswers },
  { provide: APP_PIPE, useClass: ValidationPipe },
  { provide: APP_FILTER, useClass: FailureFilter },
];

const DATABASE_MS = 2_000;

function valuesOf(deps: ApiDependencies): Provider[] {
  const engagements = deps.engagements ?? (() => topicOf(TOPICS.engagements.name, 1));
  return [
    { provide: POOL, useValue: deps.pool },
    { provide: LOG, useValue: deps.log },
    { provide: MASTER_KEY, useValue: deps.masterKey },
    { provide: WORKSPACE_KEYS, useValue: deps.workspaceKeys },
    { provide: CONTACT_KEYS, useValue: deps.contactKeys },
    { provide: CONFIGURATION, useValue: deps.configuration },
    { provide: LOGGER, useValue: deps.logger },
    { provide: CLOCK, useValue: deps.clock },
    { provide: ENGAGEMENTS, useFactory: engagements },
    { provide: Readiness, useFactory: () => readinessOf(deps, engagements) },
    { provide: METRICS, useValue: deps.metrics ?? new Registry() },
    { provide: IMPORT_RUNNER, useValue: deps.importRunner ?? null },
    { provide: WEBHOOK_POLICY, useValue: webhookPolicyOf(deps) },
    { provide: API_KEYS, useValue: new PostgresApiKeys(deps.pool) },
    { provide: PUBLISHING, useFactory: () => publishingOf(deps, engagements) },
  ];
}

function webhookPolicyOf({ configuration, loopbackWebhooks }: ApiDependencies): AddressPolicy {
  return { allowPrivate: configuration.allowPrivateWebhooks, allowLoopback: loopbackWebhooks ?? false };
}

function readinessOf(deps: ApiDependencies, engagements: () => string): Readiness {
  const { pool, log, clock, configuration, watched = WATCHES_NOTHING } = deps;
  const quarantine = quarantineProbe(pool, configuration.quarantineAlert);
  const own = [
    rulesProbe(pool, log, engagements, clock),
    parkedProbe(pool),
    quarantine,
    gapsProbe(pool, clock),
    webhooksProbe(pool),
  ];
  const probes = [...own, ...watched.probes];
  return new Readiness({ database: () => databaseTrouble(pool, DATABASE_MS), watched: { ...watched, probes } });
}

function publishingOf({ pool, log, clock, published }: ApiDependencies, topic: () => string): PublishingParts {
  return {
    publications: new PostgresPublications(pool, new PostgresOutbox(pool)),
    get topic() {
      return topic();
    },
    get partitions() {
      return log.partitions(topic());
    },
    now: clock,
    ...(published === undefined ? {} : { published }),
  };
}

@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: a dynamic module of Nest is a class with a static method
export class ApiModule {
  /** Serves nothing under `/ingest`; JSON and form bodies are parsed by Nest's own parsers, which must stay registered. */
  static register(deps: ApiDependencies): DynamicModule {
    return {
      module: ApiModule,
      controllers: [...RESOURCES, ...PAGE_CONTROLLERS],
      providers: [...valuesOf(deps), ...SERVICES, ...PAGE_PROVIDERS],
    };
  }
}
