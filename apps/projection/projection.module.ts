/** The projection service as a module: batches of contact events become read models. */
import { Controller, type DynamicModule, Inject, Module } from '@nestjs/common';
import { PostgresProjectionStore } from '#adapters/postgres/read-models/store.js';
import { TOPICS } from '#contracts/topics.js';
import type { Batch } from '#engine/log/log.js';
import { BatchProjector } from '#engine/projection/batch-projector.js';
import { BatchHandler, type Poison, PoisonHandler } from '#platform/log-transport/batch-handler.js';
import { PROJECTION_GROUP, type Runtime } from '#platform/runtime/runtime.js';

@Controller()
export class ProjectionController {
  constructor(@Inject(BatchProjector) private readonly projector: BatchProjector) {}

  @BatchHandler({ group: PROJECTION_GROUP, topic: TOPICS.contactEvents.name, maxRecords: 2_000 })
  project(batch: Batch): Promise<void> {
    return this.projector.project(batch);
  }

  @PoisonHandler({ group: PROJECTION_GROUP, topic: TOPICS.contactEvents.name })
  setAside({ batch, error }: Poison): Promise<void> {
    return this.projector.setAside(batch, error);
  }
}

@Module({})
export class ProjectionModule {}

export function projectionModule({
  pool,
  checkpoints,
  contactKeys,
}: Pick<Runtime, 'pool' | 'checkpoints' | 'contactKeys'>): DynamicModule {
  const store = new PostgresProjectionStore(pool, checkpoints);
  return {
    module: ProjectionModule,
    controllers: [ProjectionController],
    providers: [{ provide: BatchProjector, useFactory: () => new BatchProjector(store, contactKeys) }],
  };
}
