/** Copies requested effects from the log to the queue, and wakes the workers. */
import { Controller, Inject } from '@nestjs/common';
import { EFFECTS_CONSUMER, effectsHandlers } from '#engine/effects/copy-effects.js';
import type { EffectCopies } from '#engine/effects/queue.js';
import type { Batch } from '#engine/log/log.js';
import { BatchHandler, type Poison, PoisonHandler } from '#platform/log-transport/batch-handler.js';
import { EffectWorkers } from './effect-workers.js';

export const COPIES = Symbol('copies of effects');
const CONSUMING = { ...EFFECTS_CONSUMER, topic: 'contact-events' } as const;

@Controller()
export class EffectsController {
  readonly #handlers: ReturnType<typeof effectsHandlers>;

  constructor(@Inject(COPIES) copies: EffectCopies, @Inject(EffectWorkers) workers: EffectWorkers) {
    this.#handlers = effectsHandlers(copies, () => workers.wake());
  }

  @BatchHandler(CONSUMING)
  copy(batch: Batch): Promise<void> {
    return this.#handlers.onBatch(batch);
  }

  @PoisonHandler(CONSUMING)
  setAside({ batch, error }: Poison): Promise<void> {
    return this.#handlers.onPoison(batch, error);
  }
}
