/** Opens what was kept sealed: raw requests, and why a part of one was not understood. */
import { Inject, Injectable } from '@nestjs/common';
import type { SealedDelivery, SealedQuarantine } from '#adapters/postgres/deliveries/recent.js';
import { type QuarantineDetail, type RawPart, type StoredRequest, unpackRaw } from '#contracts/deliveries.js';
import type { Uuid } from '#contracts/ids.js';
import { PoisonError } from '#engine/log/errors.js';
import { KeyDestroyedError } from '#engine/sealing/errors.js';
import type { WorkspaceKeys } from '#engine/sealing/sealing.js';
import { WORKSPACE_KEYS } from '../dependencies.js';

@Injectable()
export class Opening {
  constructor(@Inject(WORKSPACE_KEYS) private readonly keys: WorkspaceKeys) {}

  /** The request as received; null once its day's key was destroyed. */
  request(workspaceId: Uuid, row: SealedDelivery): Promise<RawPart<StoredRequest> | null> {
    return this.#open<StoredRequest>(workspaceId, row);
  }

  /** The part that was not understood, and why; null once its day's key was destroyed. */
  quarantined(workspaceId: Uuid, row: SealedQuarantine): Promise<RawPart<QuarantineDetail> | null> {
    return this.#open<QuarantineDetail>(workspaceId, row);
  }

  async #open<About>(
    workspaceId: Uuid,
    row: { readonly id: Uuid; readonly receivedAt: number; readonly sealed: Buffer },
  ): Promise<RawPart<About> | null> {
    try {
      const key = await this.keys.daily(workspaceId, row.receivedAt, 'deliveries');
      return unpackRaw<About>(key.openBytes(row.sealed, row.id));
    } catch (error) {
      if (error instanceof KeyDestroyedError || error instanceof PoisonError) return null;
      throw error;
    }
  }
}
