/** Delivery: the consumer that fills the queue of effects, and the workers that carry them out. */
import { type DynamicModule, Module } from '@nestjs/common';
import type { EffectCopies } from '#engine/effects/queue.js';
import { ChangeWorkers } from './change-workers.js';
import { EffectWorkers } from './effect-workers.js';
import { COPIES, EffectsController } from './effects.controller.js';

@Module({})
export class DeliveryModule {}

/** `changes`: subscriptions to changes, where this process serves them. */
export function deliveryModule(
  copies: EffectCopies,
  workers: EffectWorkers,
  changes: ChangeWorkers | null = null,
): DynamicModule {
  return {
    module: DeliveryModule,
    controllers: [EffectsController],
    providers: [
      { provide: COPIES, useValue: copies },
      { provide: EffectWorkers, useValue: workers },
      { provide: ChangeWorkers, useValue: changes },
    ],
    exports: [EffectWorkers],
  };
}
