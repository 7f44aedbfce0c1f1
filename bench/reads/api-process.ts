/** The API in a process of its own, as it runs beside the others on several processes; answers where it listens and with which key. */
import { insertApiKey } from '#adapters/postgres/registry/api-keys.js';
import { ApiModule } from '#apps/api/api.module.js';
import type { Uuid } from '#contracts/ids.js';
import { createApiKey } from '#platform/auth/api-key.js';
import type { Configuration } from '#platform/configuration/configuration.js';
import { listen } from '#platform/process/listen.js';
import { Undo } from '#platform/process/undo.js';
import { openRuntime } from '#platform/runtime/runtime.js';
import { serve } from '../world/child.js';
import { benchLogger } from '../world/world.js';

export interface ApiWish {
  readonly configuration: Configuration;
  readonly workspaceId: Uuid;
}

export interface Opened {
  readonly url: string;
  readonly key: string;
}

const undo = new Undo();

serve(
  {
    async open({ configuration, workspaceId }: ApiWish): Promise<Opened> {
      const runtime = await openRuntime(configuration, { url: configuration.databaseUrl ?? '' }, benchLogger());
      undo.add(() => runtime.close());
      const { text, hash, prefix } = createApiKey();
      await insertApiKey(runtime.pool, workspaceId, { name: 'bench', hash, prefix, scopes: ['read:contacts'] });
      const engagements = () => runtime.topics.engagements;
      const module = ApiModule.register({ ...runtime, engagements });
      return { url: await listen({ module, consumers: null }, configuration, runtime.logger, undo), key: text };
    },
  },
  () => undo.run(),
);
