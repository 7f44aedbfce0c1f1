/** Moves records of `deliveries` from the log to their tables. */
import { Controller, type DynamicModule, Inject, Module } from '@nestjs/common';
import { DELIVERIES_CONSUMER, type DeliveriesStore, deliveriesHandlers } from '#engine/deliveries/deliveries.js';
import type { Batch } from '#engine/log/log.js';
import { BatchHandler, type Poison, PoisonHandler } from '#platform/log-transport/batch-handler.js';

const STORE = Symbol('store of deliveries');
const CONSUMING = { ...DELIVERIES_CONSUMER, topic: 'deliveries' } as const;

@Controller()
export class DeliveriesController {
  readonly #handlers: ReturnType<typeof deliveriesHandlers>;

  constructor(@Inject(STORE) store: DeliveriesStore) {
    this.#handlers = deliveriesHandlers(store);
  }

  @BatchHandler(CONSUMING)
  move(batch: Batch): Promise<void> {
    return this.#handlers.onBatch(batch);
  }

  @PoisonHandler(CONSUMING)
  setAside({ batch, error }: Poison): Promise<void> {
    return this.#handlers.onPoison(batch, error);
  }
}

@Module({})
export class DeliveriesModule {}

/** The consumer of `deliveries` in the process that imports it. */
export function deliveriesModule(store: DeliveriesStore): DynamicModule {
  return {
    module: DeliveriesModule,
    controllers: [DeliveriesController],
    providers: [{ provide: STORE, useValue: store }],
  };
}
