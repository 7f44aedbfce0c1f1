/** Ingest as its own process: the module that the standalone and the cluster compose, with nothing that consumes beside it. */

import { ingestHttp, ingestModule } from '#apps/ingest/ingest.module.js';
import { ingestPorts } from '#apps/ingest/ingest-ports.js';
import type { Configuration } from '#platform/configuration/configuration.js';
import { listen } from '#platform/process/listen.js';
import { Undo } from '#platform/process/undo.js';
import { openIngestRuntime } from '#platform/runtime/ingest-runtime.js';
import { serve } from '../world/child.js';
import { benchLogger } from '../world/world.js';

const undo = new Undo();

serve(
  {
    /** Answers the address it listens on. */
    async open(configuration: Configuration): Promise<string> {
      const logger = benchLogger();
      const runtime = await openIngestRuntime(configuration, logger);
      undo.add(() => runtime.close());
      const { ports, directory } = await ingestPorts(runtime, runtime.metrics);
      undo.add(() => directory.stop());
      const module = ingestModule(ports, ingestHttp(configuration));
      return listen({ module, consumers: null }, configuration, logger, undo);
    },
  },
  () => undo.run(),
);
