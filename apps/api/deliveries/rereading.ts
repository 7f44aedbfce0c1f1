/** Reads kept requests again: what is in quarantine after a fix, or a source's requests with a newer parser. */
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { deliveryById, quarantinedById, type SealedDelivery } from '#adapters/postgres/deliveries/recent.js';
import { deliveriesSince, openPartsOf, type ReceivedRef, sourceToReread } from '#adapters/postgres/deliveries/since.js';
import type { Pool } from '#adapters/postgres/pool.js';
import type { Uuid } from '#contracts/ids.js';
import type { Provider } from '#contracts/provider.js';
import { type OpenPart, type Reread, reread } from '#engine/ingest/reread.js';
import type { Source } from '#engine/ingest/source.js';
import { Readiness } from '#platform/health/readiness.js';
import { Problem } from '#platform/http/problem.js';
import { providerNamed } from '#providers/registry.js';
import { POOL } from '../dependencies.js';
import { Opening } from './opening.js';
import { RereadLog } from './reread-log.js';

export interface RereadCounts {
  /** Requests that were read. */
  readonly deliveries: number;
  readonly engagements: number;
  /** Parts that left quarantine. */
  readonly settled: number;
  /** Requests whose day's key was destroyed. */
  readonly gone: number;
}

/** Inputs that wait for the rules service: while there are more, reading again waits, for what comes in now goes first. */
const CALM_LAG = 2_000;
const CALM_LOOK_MS = 200;
const CALM_WAIT_MS = 20_000;

const REPLAYED =
  'The one-time token that alone signs this request came before with another body: nobody can tell who sent it. Discard it.';

@Injectable()
export class Rereading {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    private readonly opening: Opening,
    private readonly log: RereadLog,
    private readonly readiness: Readiness,
  ) {}

  /** One part of quarantine. Throws a Problem: not there, not open, not kept any more, or still not understood, and why. */
  async redrive(workspaceId: Uuid, quarantineId: Uuid): Promise<Pick<Reread, 'engagements'>> {
    const part = await quarantinedById(this.pool, workspaceId, quarantineId);
    if (part === null) throw new Problem(404, 'Not found', 'Nothing with this id is in quarantine.');
    if (part.state !== 'open') throw new Problem(409, 'Conflict', `It is ${part.state} already.`);
    if (part.reason === 'replayed') throw new Problem(422, 'Refused', REPLAYED);
    const { source, provider } = await this.#source(workspaceId, part.sourceId);
    const delivery = await deliveryById(this.pool, workspaceId, part.deliveryId);
    const result = delivery && (await this.#read(source, provider, delivery, [part], true));
    if (result === null) throw new Problem(410, 'Gone', 'The request is not kept any more: it cannot be read again.');
    if (result.reason !== null) throw new Problem(422, 'Still not understood', result.reason);
    return result;
  }

  /** The next requests of a source; `next` is the last one read, null when there are no more. */
  async renormalise(
    workspaceId: Uuid,
    sourceId: Uuid,
    page: {
      readonly after: { readonly receivedAt: number; readonly id?: Uuid };
      readonly until: number;
      readonly limit: number;
    },
  ): Promise<RereadCounts & { readonly next: ReceivedRef | null }> {
    const { source, provider } = await this.#source(workspaceId, sourceId);
    await this.#calm();
    const refs = await deliveriesSince(this.pool, workspaceId, sourceId, page);
    const counts = { deliveries: 0, engagements: 0, settled: 0, gone: 0 };
    for (const { id } of refs) {
      const delivery = await deliveryById(this.pool, workspaceId, id);
      const open = await openPartsOf(this.pool, workspaceId, id);
      const result = delivery && (await this.#read(source, provider, delivery, open, false));
      if (result === null) counts.gone += 1;
      else {
        counts.deliveries += 1;
        counts.engagements += result.engagements;
        counts.settled += result.settled.length;
      }
    }
    return { ...counts, next: refs.length < page.limit ? null : (refs.at(-1) ?? null) };
  }

  async #source(workspaceId: Uuid, sourceId: Uuid): Promise<{ source: Source; provider: Provider }> {
    const source = await sourceToReread(this.pool, workspaceId, sourceId);
    const provider = source && providerNamed(source.provider);
    if (!source || !provider) throw new Problem(404, 'Not found', 'This workspace has no source with this id.');
    return { source, provider };
  }

  /** Null when the request cannot be opened any more. */
  async #read(
    source: Source,
    provider: Provider,
    delivery: SealedDelivery,
    open: readonly OpenPart[],
    only: boolean,
  ): Promise<Reread | null> {
    const raw = await this.opening.request(source.workspaceId, delivery);
    if (raw === null) return null;
    const context = await this.log.context(source, delivery);
    const result = reread(provider, context, { ...raw.about, body: raw.bytes }, open, only);
    await this.log.append(result.records);
    return result;
  }

  /** Waits while the rules service is behind; goes on after a while all the same, slowly. */
  async #calm(): Promise<void> {
    const deadline = performance.now() + CALM_WAIT_MS;
    while ((await this.#lag()) > CALM_LAG && performance.now() < deadline) await delay(CALM_LOOK_MS);
  }

  async #lag(): Promise<number> {
    const rules = ((await this.readiness.groups()) ?? []).filter(({ group }) => group === 'rules');
    return Math.max(0, ...rules.flatMap(({ partitions }) => partitions.map(({ next, end }) => end - next)));
  }
}
