/** The process that is measured: a rebuild of all read models, as `afterclick rebuild all` does it. */
import { loadMasterKey } from '#adapters/keys/master-key.js';
import { PostgresContactKeys } from '#adapters/postgres/keys/contact-keys.js';
import { createPool } from '#adapters/postgres/pool.js';
import { type RebuildPhase, rebuildReadModels } from '#adapters/postgres/read-models/rebuild/rebuild.js';
import { READ_MODELS, type ReadModelName } from '#contracts/read-models.js';
import { ContactKeyCache } from '#engine/sealing/contact-key-cache.js';
import type { Configuration } from '#platform/configuration/configuration.js';
import { serve } from '../world/child.js';

export interface Rebuilt {
  readonly seconds: number;
  /** Seconds by phase. */
  readonly phases: Readonly<Partial<Record<RebuildPhase, number>>>;
  /** Read from the record. */
  readonly events: number;
  readonly differences: number;
}

serve(
  {
    async rebuild({ dataDir, databaseUrl }: Configuration): Promise<Rebuilt> {
      const pool = createPool(databaseUrl ?? '', { role: 'bench', max: 4, statementTimeoutMs: 0 });
      const keys = new PostgresContactKeys(pool, new ContactKeyCache(await loadMasterKey({ dataDir })));
      const phases: Partial<Record<RebuildPhase, number>> = {};
      let phase: RebuildPhase = 'reading';
      let since = performance.now();
      const began = since;
      const turn = (next: RebuildPhase): void => {
        const now = performance.now();
        phases[phase] = (phases[phase] ?? 0) + (now - since) / 1000;
        [phase, since] = [next, now];
      };
      const { events, differenceCount } = await rebuildReadModels(pool, keys, {
        models: Object.keys(READ_MODELS) as ReadModelName[],
        onProgress: (progress) => turn(progress.phase),
      });
      turn('switching');
      await pool.end();
      return { seconds: (performance.now() - began) / 1000, phases, events, differences: differenceCount };
    },
  },
  async () => undefined,
);
