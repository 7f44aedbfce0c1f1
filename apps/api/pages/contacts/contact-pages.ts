/** Reads what the page of a contact shows. */
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from '#adapters/postgres/pool.js';
import { contactOf } from '#adapters/postgres/read-models/queries/contacts.js';
import { effectsById, enrollmentsOf } from '#adapters/postgres/read-models/queries/effects.js';
import { suppressionsOf } from '#adapters/postgres/read-models/queries/suppressions.js';
import {
  eventsById,
  type TimelineCursor,
  timelineCursor,
  timelinePage,
} from '#adapters/postgres/read-models/queries/timeline.js';
import { listSources } from '#adapters/postgres/sources/sources.js';
import type { Uuid } from '#contracts/ids.js';
import type { TimelineRow } from '#contracts/read-models.js';
import { allows, type Caller } from '#platform/auth/api-key.js';
import { encodeCursor } from '#platform/http/cursor.js';
import { Problem } from '#platform/http/problem.js';
import { CLOCK, POOL } from '../../dependencies.js';
import type { ContactPage } from './contact-view.js';
import { episodesOf } from './story.js';
import type { StoryContext } from './story-view.js';

const EVENTS = 80;

@Injectable()
export class ContactPages {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: () => number,
  ) {}

  /** Throws a 404 Problem when the workspace has no such contact. `before`: only events before this one. */
  async read(
    caller: Caller,
    contactId: Uuid,
    before: TimelineCursor | null,
  ): Promise<{ readonly shown: ContactPage; readonly context: StoryContext }> {
    const { pool } = this;
    const { workspaceId } = caller;
    const contact = await contactOf(pool, workspaceId, contactId);
    if (contact === null) throw new Problem(404, 'Not found', 'This workspace has no contact with this id.');
    const parts = [contact.contactId, ...contact.aliases];
    const [rows, suppressions, enrollments, sources] = await Promise.all([
      timelinePage(pool, workspaceId, contact, { before, limit: EVENTS + 1 }),
      suppressionsOf(pool, workspaceId, contact.contactId),
      enrollmentsOf(pool, workspaceId, parts),
      listSources(pool, workspaceId),
    ]);
    const shown = rows.slice(0, EVENTS);
    const last = shown.at(-1);
    const older = rows.length > EVENTS && last ? encodeCursor(timelineCursor(last)) : null;
    return {
      shown: { asked: contactId, contact, suppressions, enrollments, episodes: episodesOf(shown), older },
      context: {
        known: await this.#known(workspaceId, parts, shown),
        sources: new Map(sources.map(({ id, name }) => [id, name])),
        mayOpen: allows(caller, 'read:operations'),
        now: this.clock(),
      },
    };
  }

  /** The rows by id, with the causes that lie beyond the page. */
  async #known(
    workspaceId: Uuid,
    contacts: readonly Uuid[],
    rows: readonly TimelineRow[],
  ): Promise<ReadonlyMap<Uuid, TimelineRow>> {
    const known = new Map(rows.map((row) => [row.eventId, row]));
    const effectIds = rows.flatMap(({ data }) => (typeof data['effectId'] === 'string' ? [data['effectId']] : []));
    const effects = await effectsById(this.pool, workspaceId, effectIds);
    const requests = [...effects.values()].map(({ eventId }) => eventId).filter((eventId) => !known.has(eventId));
    for (const row of await eventsById(this.pool, workspaceId, contacts, requests)) known.set(row.eventId, row);
    // A chain is a few steps long; the loop ends when no cause is an event that is missing.
    for (let missing = missingCauses(known); missing.length > 0; ) {
      const found = await eventsById(this.pool, workspaceId, contacts, missing);
      for (const row of found) known.set(row.eventId, row);
      missing = found.length === 0 ? [] : missingCauses(known);
    }
    return known;
  }
}

/** The cause of a root is an input and no event: its id is that of the chain. */
function missingCauses(known: ReadonlyMap<Uuid, TimelineRow>): readonly Uuid[] {
  const causes = [...known.values()].filter(({ causationId, correlationId }) => causationId !== correlationId);
  return [...new Set(causes.map(({ causationId }) => causationId))].filter((cause) => !known.has(cause));
}
