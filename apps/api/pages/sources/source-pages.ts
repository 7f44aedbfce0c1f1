/** Reads and changes what the pages of sources show. */
import { Inject, Injectable } from '@nestjs/common';
import { openQuarantine } from '#adapters/postgres/deliveries/recent.js';
import type { Pool } from '#adapters/postgres/pool.js';
import { sourceHours, sourceSums } from '#adapters/postgres/read-models/queries/counters.js';
import {
  createSource,
  listSources,
  pauseSource,
  resumeSource,
  type SourceView,
} from '#adapters/postgres/sources/sources.js';
import type { Uuid } from '#contracts/ids.js';
import type { MasterKey } from '#engine/sealing/sealing.js';
import { allows, type Caller } from '#platform/auth/api-key.js';
import { Problem } from '#platform/http/problem.js';
import { providerNamed } from '#providers/registry.js';
import { issuesKey, sourceProblems } from '#providers/source-check.js';
import { CLOCK, MASTER_KEY, POOL } from '../../dependencies.js';
import type { MadeSource, SourcesPage } from './sources-view.js';

const HOUR_MS = 3_600_000;
const HOURS = 24;
const QUARANTINED = 20;

@Injectable()
export class SourcePages {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(MASTER_KEY) private readonly master: MasterKey,
    @Inject(CLOCK) private readonly clock: () => number,
  ) {}

  async list(caller: Caller, origin: string): Promise<SourcesPage> {
    const { workspaceId } = caller;
    const page = { after: null, limit: QUARANTINED };
    const [sources, quarantine] = await Promise.all([
      listSources(this.pool, workspaceId),
      openQuarantine(this.pool, workspaceId, null, page),
    ]);
    const first = this.#firstHour();
    const ids = sources.map(({ id }) => id);
    const counted = await sourceHours(this.pool, workspaceId, ids, first);
    const byHour = new Map(counted.map(({ sourceId, hour, count }) => [`${sourceId} ${hour}`, count]));
    const hours = ({ id }: SourceView) =>
      Array.from({ length: HOURS }, (_, index) => byHour.get(`${id} ${first + index * HOUR_MS}`) ?? 0);
    const rights = { mayWrite: allows(caller, 'write:sources'), mayOpen: allows(caller, 'read:operations') };
    return { sources, hours, quarantine, origin, ...rights };
  }

  /** Throws a 404 Problem when the workspace has no such source. */
  async one({ workspaceId }: Caller, sourceId: Uuid) {
    const source = (await listSources(this.pool, workspaceId)).find(({ id }) => id === sourceId);
    if (source === undefined) throw new Problem(404, 'Not found', 'This workspace has no source with this id.');
    return { source, types: await sourceSums(this.pool, workspaceId, [sourceId], this.#firstHour()) };
  }

  /** Throws a 409 Problem when the name is taken, a 400 one that says why a source of this kind could not be verified. */
  async create(
    { workspaceId }: Caller,
    wish: { readonly name: string; readonly provider: string; readonly key: string; readonly topic: string },
  ): Promise<MadeSource> {
    const { name, key, topic } = wish;
    const provider = providerNamed(wish.provider);
    const scheme = provider?.schemes[0];
    if (provider === undefined || scheme === undefined)
      throw new Problem(400, 'Bad request', `No provider is called ${wish.provider}.`);
    const settings = { scheme, ...(topic === '' ? {} : { expectedTopicArn: topic }) };
    const keys = key === '' ? undefined : [key];
    const problems = sourceProblems(provider, settings, keys).map(({ problem }) => `${problem}.`);
    if (problems.length > 0) throw new Problem(400, 'Bad request', problems.join(' '));
    const made = await createSource(this.pool, this.master, {
      workspaceId,
      name,
      provider: provider.name,
      settings,
      isKeyIssued: issuesKey(provider, scheme),
      ...(keys === undefined ? {} : { keys }),
    });
    if (made === null) throw new Problem(409, 'Conflict', `The workspace has a source called ${name} already.`);
    return { ...made, ours: key === '' };
  }

  /** False when the workspace has no such source. */
  async change({ workspaceId }: Caller, id: Uuid, what: 'pause' | 'resume'): Promise<boolean> {
    const ref = { workspaceId, id, expectedVersion: null };
    return (await (what === 'pause' ? pauseSource : resumeSource)(this.pool, ref)) !== 'not_found';
  }

  #firstHour(): number {
    return Math.floor(this.clock() / HOUR_MS) * HOUR_MS - (HOURS - 1) * HOUR_MS;
  }
}
