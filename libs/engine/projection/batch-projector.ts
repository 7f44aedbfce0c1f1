/** One batch of `contact-events` → one transaction of read models under the fence. Repeat-proof: what is applied is dropped. */
import { type ContactEventRow, openContactEventRecord } from '#contracts/contact-event-record.js';
import { StopPartitionError } from '#engine/log/errors.js';
import type { Batch } from '#engine/log/log.js';
import type { ContactKeys } from '#engine/sealing/sealing.js';
import { needsOf } from './needs.js';
import { openEvents } from './open-events.js';
import { projectEvents } from './project.js';
import type { LaneProgress, ProjectionStore } from './store.js';

export class BatchProjector {
  constructor(
    private readonly store: ProjectionStore,
    private readonly keys: ContactKeys,
  ) {}

  /**
   * Projects the batch. Throws StopPartitionError on what is no event or one this process does not know, PoisonError on one that does not
   * open, FencedError and WorldError as the store does.
   */
  async project(batch: Batch): Promise<void> {
    const rows = eventsOf(batch);
    const opened = await openEvents(rows, this.keys);
    await this.store.transaction(batch.fence, batch.first, batch.next, async (unit) => {
      const changes = projectEvents(opened, await unit.load(needsOf(opened.events)));
      await unit.save(changes);
      await unit.reach(progressOf(rows));
      await unit.feed(changes.feed);
    });
  }

  /** Sets the batch's one event aside with its contact: later events of the contact are left to a replay, others flow. */
  async setAside(batch: Batch, error: unknown): Promise<void> {
    const rows = eventsOf(batch);
    await this.store.transaction(batch.fence, batch.first, batch.next, async (unit) => {
      for (const { workspaceId, contactId, version, id } of rows)
        await unit.setAside({ workspaceId, contactId, version, eventId: id, error: nameOf(error) });
      await unit.reach(progressOf(rows));
    });
  }
}

/** Anything else on the topic is not ours to skip. */
function eventsOf({ records }: Batch): ContactEventRow[] {
  try {
    return records.map(openContactEventRecord);
  } catch (error) {
    throw new StopPartitionError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function progressOf(rows: readonly ContactEventRow[]): LaneProgress[] {
  const next = new Map<number, number>();
  for (const { lane, position } of rows) next.set(lane, Math.max(next.get(lane) ?? 0, position + 1));
  return [...next].map(([lane, position]) => ({ lane, next: position })).sort((a, b) => a.lane - b.lane);
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
