/** Why an effect came about: outcome ← effect ← decision (rule, version, values seen) ← engagement ← the raw delivery. */
import { Inject, Injectable } from '@nestjs/common';
import type { DeliveryRow } from '#adapters/postgres/deliveries/recent.js';
import { deliveryById } from '#adapters/postgres/deliveries/recent.js';
import type { Pool } from '#adapters/postgres/pool.js';
import { effectById } from '#adapters/postgres/read-models/queries/effects.js';
import { causesOf } from '#adapters/postgres/read-models/queries/timeline.js';
import { listSources } from '#adapters/postgres/sources/sources.js';
import type { RawPart, StoredRequest } from '#contracts/deliveries.js';
import type { Uuid } from '#contracts/ids.js';
import type { JsonObject } from '#contracts/json.js';
import type { EffectRow, TimelineRow } from '#contracts/read-models.js';
import { API_PROVIDER } from '../custom-events/api-source.js';
import { Opening } from '../deliveries/opening.js';
import { POOL } from '../dependencies.js';

/** The request an engagement came with. */
export interface RawOrigin {
  readonly delivery: DeliveryRow;
  /** Null when the source was deleted. */
  readonly sourceName: string | null;
  /** Element of the body that the engagement was made of, from 0. */
  readonly element: number;
  /** Null when it is withheld, or the key of its day was destroyed. */
  readonly request: RawPart<StoredRequest> | null;
}

export interface Why {
  readonly effect: EffectRow;
  /** From the engagement (or command) to the event that requested the effect. */
  readonly chain: readonly TimelineRow[];
  /** The decision of the rule that asked for it. */
  readonly decision: TimelineRow | null;
  readonly origin: RawOrigin | null;
}

@Injectable()
export class WhyReader {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    private readonly opening: Opening,
  ) {}

  /** Null when there is no such effect. `open`: whether the caller may see the request itself. */
  async ofEffect(workspaceId: Uuid, effectId: Uuid, open: boolean): Promise<Why | null> {
    const effect = await effectById(this.pool, workspaceId, effectId);
    if (effect === null) return null;
    const chain = await causesOf(this.pool, workspaceId, effect.contactId, effect.version);
    return {
      effect,
      chain,
      decision: chain.findLast(({ type }) => type === 'rule_fired') ?? null,
      origin: await this.originOf(workspaceId, chain[0], open),
    };
  }

  /** The delivery that an engagement on record came with; null for other events and for deliveries no longer kept. */
  async originOf(workspaceId: Uuid, root: TimelineRow | undefined, open: boolean): Promise<RawOrigin | null> {
    const from = root && deliveryOf(root.data);
    if (!from) return null;
    const delivery = await deliveryById(this.pool, workspaceId, from.deliveryId);
    if (delivery === null) return null;
    const sources = await listSources(this.pool, workspaceId);
    return {
      delivery,
      sourceName: sourceNameOf(sources, delivery),
      element: from.index,
      request: open ? await this.opening.request(workspaceId, delivery) : null,
    };
  }
}

/** Null: a source that is no more. */
function sourceNameOf(
  sources: readonly { readonly id: Uuid; readonly name: string }[],
  { sourceId, provider }: { readonly sourceId: Uuid; readonly provider: string },
): string | null {
  return sources.find(({ id }) => id === sourceId)?.name ?? (provider === API_PROVIDER ? API_PROVIDER : null);
}

/** Where an engagement's data says it came from. */
export function deliveryOf(data: JsonObject): { readonly deliveryId: Uuid; readonly index: number } | null {
  const { deliveryId, index } = data;
  return typeof deliveryId === 'string' && typeof index === 'number' ? { deliveryId, index } : null;
}
