/** Changes with their contacts, for whoever asks: the feed, its stream, a webhook. */
import { Inject, Injectable } from '@nestjs/common';
import { type FeedPlace, readChanges } from '#adapters/postgres/feed/read.js';
import type { Pool } from '#adapters/postgres/pool.js';
import { contactsById } from '#adapters/postgres/read-models/queries/contacts.js';
import type { Uuid } from '#contracts/ids.js';
import { Problem } from '#platform/http/problem.js';
import { POOL } from '../dependencies.js';
import { type Change, showChange } from './change-schemas.js';

export interface Read {
  readonly items: Change[];
  readonly next: FeedPlace;
  readonly more: boolean;
}

@Injectable()
export class Changes {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  /** At most `limit` changes after a place; null: from the oldest kept. Throws a 410 Problem for a place that is gone. */
  async after(workspaceId: Uuid, place: FeedPlace | null, limit: number): Promise<Read> {
    const page = await readChanges(this.pool, workspaceId, place, limit);
    if (page.state !== 'read') throw gone(page.state);
    const contacts = await contactsById(
      this.pool,
      workspaceId,
      page.changes.map(({ contactId }) => contactId),
    );
    const items = page.changes.map((change) => showChange(change, contacts.get(change.contactId) ?? null));
    return { items, next: page.next, more: page.more };
  }
}

const CURE =
  'Load all contacts anew: take GET /v1/changes/cursor, walk GET /v1/contacts, then go on after that cursor.';

function gone(why: 'expired' | 'unknown'): Problem {
  return why === 'expired'
    ? new Problem(410, 'Cursor expired', `The changes after this cursor are no longer kept. ${CURE}`)
    : new Problem(
        410,
        'Cursor unknown',
        `This cursor is of another workspace, or of a time that this database does not have since it was restored. ${CURE}`,
      );
}
