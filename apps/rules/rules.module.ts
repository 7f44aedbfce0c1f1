/** The rules service as a module: batches of engagements are decided by the contact's decider, under the rules in force. */
import { Controller, type DynamicModule, Inject, Module } from '@nestjs/common';
import { PostgresDecisionStore } from '#adapters/postgres/event-store/decision-store.js';
import { PostgresRulesRegistry } from '#adapters/postgres/rules/registry.js';
import { placeOf, TOPICS, topicOf } from '#contracts/topics.js';
import { contactDecider } from '#domain/contact/decider.js';
import type { RuleSource } from '#domain/rules/compile.js';
import { compileRules } from '#domain/rules/compile.js';
import { type Decisions, decisions } from '#engine/decision/decide-batch.js';
import { RulesInForce } from '#engine/decision/rules-in-force.js';
import type { Batch } from '#engine/log/log.js';
import type { LogWaker } from '#engine/log/wakes.js';
import type { Configuration } from '#platform/configuration/configuration.js';
import { BatchHandler, type Poison, PoisonHandler } from '#platform/log-transport/batch-handler.js';
import { RULES_GROUP, type Runtime } from '#platform/runtime/runtime.js';

const DECISIONS = Symbol('decisions');

@Controller()
export class RulesController {
  constructor(@Inject(DECISIONS) private readonly handlers: Decisions) {}

  @BatchHandler({ group: RULES_GROUP, topic: TOPICS.engagements.name, maxRecords: 1_000 })
  decide(batch: Batch): Promise<void> {
    return this.handlers.onBatch(batch);
  }

  @PoisonHandler({ group: RULES_GROUP, topic: TOPICS.engagements.name })
  park({ batch, error }: Poison): Promise<void> {
    return this.handlers.onPoison(batch, error);
  }
}

@Module({})
export class RulesModule {}

/** What the rules service needs of its process. */
export interface RulesRuntime
  extends Pick<Runtime, 'pool' | 'checkpoints' | 'outbox' | 'workspaceKeys' | 'contactKeyCache'> {
  readonly log: LogWaker;
  readonly configuration?: Pick<Configuration, 'holdAfter'>;
}

/** Decides what arrives on `engagements`; readers of the contact events it makes are woken after each commit. */
export function rulesModule(runtime: RulesRuntime): DynamicModule {
  return {
    module: RulesModule,
    controllers: [RulesController],
    providers: [{ provide: DECISIONS, useFactory: () => contactDecisions(runtime) }],
  };
}

/** The handlers of `engagements`, wired with the contact's decider and the language of rules. */
export function contactDecisions(runtime: RulesRuntime): Decisions {
  const { pool, log, checkpoints, outbox, workspaceKeys, contactKeyCache } = runtime;
  return decisions({
    store: new PostgresDecisionStore(
      pool,
      checkpoints,
      (tx, lane, records) => outbox.enqueue(tx, lane, records),
      (records) => log.committed?.(records),
      runtime.configuration?.holdAfter,
    ),
    decider: contactDecider,
    rules: new RulesInForce(new PostgresRulesRegistry(pool), (sources) =>
      compileRules(sources as readonly RuleSource[]),
    ),
    keys: { workspaces: workspaceKeys, contacts: contactKeyCache },
    decided: (lane) => {
      const { generation, partition } = placeOf(lane);
      log.wake(topicOf(TOPICS.contactEvents.name, generation), [partition]);
    },
  });
}
