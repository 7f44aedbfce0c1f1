/** Opens why inputs were parked, and has them decided again. */
import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { parkedContacts, releaseWorkspace } from '#adapters/postgres/event-store/held.js';
import { countParked, type ParkedRow } from '#adapters/postgres/event-store/parked.js';
import type { Pool } from '#adapters/postgres/pool.js';
import type { Uuid } from '#contracts/ids.js';
import type { UnparkInput } from '#contracts/inputs.js';
import { openError } from '#engine/decision/parking.js';
import { PoisonError } from '#engine/log/errors.js';
import type { ContactKeys, DataKey } from '#engine/sealing/sealing.js';
import { Problem } from '#platform/http/problem.js';
import { type CommandOutcome, Commands } from '../commands/commands.js';
import { CONTACT_KEYS, POOL } from '../dependencies.js';

export interface OpenedParked extends ParkedRow {
  /** Null where it waits behind another, or the contact's key does not open it. */
  readonly error: string | null;
}

@Injectable()
export class Parked {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CONTACT_KEYS) private readonly keys: ContactKeys,
    private readonly commands: Commands,
  ) {}

  async opened(workspaceId: Uuid, rows: readonly ParkedRow[]): Promise<readonly OpenedParked[]> {
    const ids = rows.flatMap(({ contactId, errorSealed }) => (contactId && errorSealed ? [contactId] : []));
    const keys = ids.length === 0 ? new Map<Uuid, DataKey>() : await this.keys.load(workspaceId, [...new Set(ids)]);
    return rows.map((row) => ({ ...row, error: errorOf(row, keys.get(row.contactId ?? '')) }));
  }

  /** Throws a 404 Problem when nothing of the contact is parked. */
  async replay(
    workspaceId: Uuid,
    contactId: Uuid,
    asked: { readonly discard: boolean; readonly idempotencyKey?: string | undefined },
  ): Promise<CommandOutcome> {
    const { inputs } = await countParked(this.pool, workspaceId, contactId);
    if (inputs === 0) throw new Problem(404, 'Not found', 'Nothing is parked of this contact.');
    const input: UnparkInput = { type: 'unpark', v: 1, data: { discard: asked.discard }, pii: null };
    const inputId = await this.commands.idFor(workspaceId, asked.idempotencyKey, [
      input.type,
      contactId,
      asked.discard,
    ]);
    const [outcome] = await this.commands.send(workspaceId, [{ contactId, inputId, input, above: 0 }]);
    return outcome as CommandOutcome;
  }

  /**
   * Ends a hold, and has what is parked of the next contacts decided again, each as its own input on the log. `next`: the last of these
   * contacts, null when there are no more.
   */
  async release(
    workspaceId: Uuid,
    { after, limit }: { readonly after: Uuid | null; readonly limit: number },
  ): Promise<{ readonly wasHeld: boolean; readonly contacts: number; readonly next: Uuid | null }> {
    const wasHeld = await releaseWorkspace(this.pool, workspaceId);
    const contacts = await parkedContacts(this.pool, workspaceId, after, limit);
    const input: UnparkInput = { type: 'unpark', v: 1, data: {}, pii: null };
    const commands = contacts.map((contactId) => ({ contactId, inputId: randomUUID(), input, above: 0 }));
    if (commands.length > 0) await this.commands.send(workspaceId, commands);
    return { wasHeld, contacts: contacts.length, next: contacts.length < limit ? null : (contacts.at(-1) ?? null) };
  }
}

function errorOf({ errorSealed, id }: ParkedRow, key: DataKey | undefined): string | null {
  if (errorSealed === null || key === undefined) return null;
  try {
    return openError(errorSealed, id, key);
  } catch (error) {
    if (error instanceof PoisonError) return null;
    throw error;
  }
}
