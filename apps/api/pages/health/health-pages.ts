/** Reads what the page of health shows. */
import { Inject, Injectable } from '@nestjs/common';
import { deadLetters } from '#adapters/postgres/effect-queue/dead-letters.js';
import { booksOf } from '#adapters/postgres/event-store/books.js';
import { listParked } from '#adapters/postgres/event-store/parked.js';
import { waitingEffects } from '#adapters/postgres/operations/waiting-effects.js';
import type { Pool } from '#adapters/postgres/pool.js';
import { listSources } from '#adapters/postgres/sources/sources.js';
import { allows, type Caller } from '#platform/auth/api-key.js';
import { Readiness } from '#platform/health/readiness.js';
import { API_PROVIDER, apiSourceId } from '../../custom-events/api-source.js';
import { CLOCK, POOL } from '../../dependencies.js';
import { Parked } from '../../parked/parked.js';
import { short } from '../parts/format.js';
import type { HealthPage } from './health-view.js';

const HOUR_MS = 3_600_000;
const LIMIT = 51;

@Injectable()
export class HealthPages {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: () => number,
    @Inject(Readiness) private readonly readiness: Readiness,
    private readonly parked: Parked,
  ) {}

  async read(caller: Caller): Promise<HealthPage> {
    const { workspaceId } = caller;
    const now = this.clock();
    const page = { after: null, limit: LIMIT };
    const [checks, groups, sums, sources, waiting, parked, dead] = await Promise.all([
      this.readiness.checks(),
      this.readiness.groups(),
      booksOf(this.pool, workspaceId, Math.floor(now / HOUR_MS - 23) * HOUR_MS, now + HOUR_MS),
      listSources(this.pool, workspaceId),
      waitingEffects(this.pool, workspaceId),
      listParked(this.pool, workspaceId, page),
      deadLetters(this.pool, workspaceId, page),
    ]);
    const names = new Map([
      [apiSourceId(workspaceId), API_PROVIDER],
      ...sources.map(({ id, name }) => [id, name] as const),
    ]);
    const queued = waiting.reduce((sum, { state, count }) => (state === 'queued' ? sum + count : sum), 0);
    return {
      checks,
      groups: groups ?? [],
      books: sums.map((sum) => ({ ...sum, name: names.get(sum.sourceId) ?? `deleted source ${short(sum.sourceId)}` })),
      queued,
      parked: await this.parked.opened(workspaceId, parked),
      deadLetters: dead,
      mayAct: allows(caller, 'write:operations'),
    };
  }
}
