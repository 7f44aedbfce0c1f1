/** The bare server as its own process. */
import type { FastifyInstance } from 'fastify';
import { openRuntime, type Runtime } from '#platform/runtime/runtime.js';
import { serve } from '../world/child.js';
import { benchLogger } from '../world/world.js';
import { type BareWish, revived } from './bare-process-wish.js';
import { bareServer } from './bare-server.js';

let runtime: Runtime | null = null;
let server: FastifyInstance | null = null;

serve(
  {
    /** Answers the address it listens on. */
    async open({ configuration, publicKey, records }: BareWish): Promise<string> {
      const opened = await openRuntime(configuration, { url: configuration.databaseUrl ?? '' }, benchLogger());
      runtime = opened;
      const bare = await bareServer({
        publicKey,
        records: revived(records),
        append: (some) => opened.log.append(some),
      });
      server = bare.server;
      return bare.url;
    },
  },
  async () => {
    await server?.close();
    await runtime?.close();
  },
);
