/** The whole engine as `npm start` runs it, on the bench's database. */
import { type Standalone, startStandalone } from '#apps/standalone/standalone.js';
import type { Configuration } from '#platform/configuration/configuration.js';
import { serve } from '../world/child.js';
import { benchLogger } from '../world/world.js';

let standalone: Standalone | null = null;

serve(
  {
    /** Answers the address it listens on. */
    async open(configuration: Configuration): Promise<string> {
      standalone = await startStandalone(configuration, { watchRules: null, logger: benchLogger() });
      return standalone.where.url;
    },
  },
  async () => {
    await standalone?.stop();
  },
);
