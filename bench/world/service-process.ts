/** One service of Afterclick as its own process, as the cluster runs it. */
import { apiService } from '#apps/api/api.service.js';
import { deliveryService } from '#apps/delivery/delivery.service.js';
import { ingestService } from '#apps/ingest/ingest.service.js';
import { projectionService } from '#apps/projection/projection.service.js';
import { rulesService } from '#apps/rules/rules.service.js';
import type { Configuration } from '#platform/configuration/configuration.js';
import { type RunningService, type Service, startService } from '#platform/process/service.js';
import { serve } from './child.js';
import { benchLogger } from './world.js';

export const SERVICES = {
  ingest: ingestService,
  rules: rulesService,
  projection: projectionService,
  delivery: deliveryService,
  api: apiService,
} as const;
export type ServiceName = keyof typeof SERVICES;

export interface ServiceWish {
  readonly name: ServiceName;
  readonly configuration: Configuration;
}

let running: RunningService | null = null;

serve(
  {
    /** Answers the address it listens on. */
    async open({ name, configuration }: ServiceWish): Promise<string> {
      const service = SERVICES[name] as Service<{ close(): Promise<void> }>;
      running = await startService(service, configuration, benchLogger(), new AbortController().signal);
      return running.url;
    },
  },
  async () => {
    await running?.stop();
  },
);
