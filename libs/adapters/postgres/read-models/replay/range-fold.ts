/** Folds stored events of some contacts; a contact with an event that does not open stands still before it. */
import type { ContactEventRow } from '#contracts/contact-event-record.js';
import type { Uuid } from '#contracts/ids.js';
import { PoisonError } from '#engine/log/errors.js';
import { needsOf } from '#engine/projection/needs.js';
import { type Opened, openEvents } from '#engine/projection/open-events.js';
import { projectEvents } from '#engine/projection/project.js';
import type { ProjectionUnit, StuckEvent } from '#engine/projection/store.js';
import type { ContactKeys } from '#engine/sealing/sealing.js';

/** An event that cannot be opened. */
export type Unreadable = StuckEvent;

export class RangeFold {
  readonly #unreadable = new Map<Uuid, Unreadable>();

  /** `counting`: counters are written too. */
  constructor(
    private readonly unit: ProjectionUnit,
    private readonly keys: ContactKeys,
    private readonly counting: boolean,
  ) {}

  get unreadable(): readonly Unreadable[] {
    return [...this.#unreadable.values()];
  }

  /** Events of one workspace, each contact's in version order. */
  async add(events: readonly ContactEventRow[]): Promise<void> {
    const opened = await this.#open(events.filter(({ contactId }) => !this.#unreadable.has(contactId)));
    const changes = projectEvents(opened, await this.unit.load(needsOf(opened.events)));
    await this.unit.save(this.counting ? changes : { ...changes, ruleCounts: [], sourceCounts: [] });
  }

  /** All of them, as a rule; else what opens, tried one by one. */
  async #open(events: readonly ContactEventRow[]): Promise<Opened> {
    const opened = await this.#tried(events);
    if (!(opened instanceof PoisonError)) return opened;
    const readable: ContactEventRow[] = [];
    for (const event of events) {
      if (this.#unreadable.has(event.contactId)) continue;
      const fault = await this.#tried([event]);
      if (fault instanceof PoisonError) this.#unreadable.set(event.contactId, unreadable(event, fault));
      else readable.push(event);
    }
    return openEvents(readable, this.keys);
  }

  async #tried(events: readonly ContactEventRow[]): Promise<Opened | PoisonError> {
    try {
      return await openEvents(events, this.keys);
    } catch (error) {
      if (error instanceof PoisonError) return error;
      throw error;
    }
  }
}

function unreadable({ workspaceId, contactId, version, id }: ContactEventRow, { name }: PoisonError): Unreadable {
  return { workspaceId, contactId, version, eventId: id, error: name };
}
