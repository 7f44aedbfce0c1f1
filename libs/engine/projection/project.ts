/** Events + the rows they meet → what changes: the fold of a batch. Pure; the same events again change nothing. */
import type {
  ContactRow,
  EffectRow,
  EnrollmentRow,
  NotificationRow,
  SuppressionRow,
  TimelineRow,
} from '#contracts/read-models.js';
import { StopPartitionError } from '#engine/log/errors.js';
import { eraseContact, initialContact, projectContact, withSuppressions } from './contact.js';
import { contactChanged } from './contact-changed.js';
import { CounterSums } from './counters.js';
import { eraseEffect, projectEffect } from './effect.js';
import { enrollmentKey, projectEnrollment } from './enrollment.js';
import { contactKey, effectKey, inKeyOrder } from './keys.js';
import { eraseNotification, projectNotification } from './notification.js';
import type { Opened } from './open-events.js';
import type { OpenedEvent } from './opened-event.js';
import { searchChanges } from './search.js';
import type { EnrollmentRef, FedChange, Loaded, ReadChanges } from './store.js';
import {
  eraseSuppression,
  mergedSuppressions,
  projectSuppression,
  suppressionConcerned,
  suppressionKey,
} from './suppression.js';
import { tagChanges } from './tags.js';
import { projectTimeline } from './timeline.js';

/** All that is loaded or changed of one contact. */
interface Folded {
  readonly loaded: ContactRow | null;
  contact: ContactRow | null;
  readonly erased: boolean;
  readonly suppressions: Map<string, SuppressionRow>;
}

/**
 * Folds events (each contact's in version order) into the rows `needsOf` asked for. Events at or below a contact's applied version
 * are dropped, those of a stuck contact too. Throws StopPartitionError when a contact lacks earlier events: rows built on would be wrong.
 */
export function projectEvents({ events, erased }: Opened, loaded: Loaded): ReadChanges {
  return new BatchFold(loaded, erased).fold(events);
}

class BatchFold {
  readonly #contacts = new Map<string, Folded>();
  readonly #stuck: ReadonlySet<string>;
  readonly #effects: Rows<EffectRow>;
  readonly #notifications: Rows<NotificationRow>;
  readonly #suppressions = new Map<string, SuppressionRow>();
  readonly #enrollments = new Map<string, EnrollmentRow>();
  readonly #exits = new Map<string, EnrollmentRef>();
  readonly #timeline: TimelineRow[] = [];
  readonly #feed: FedChange[] = [];
  readonly #counters = new CounterSums();

  constructor(
    loaded: Loaded,
    private readonly erased: ReadonlySet<string>,
  ) {
    this.#stuck = new Set(loaded.stuck.map(contactKey));
    for (const row of loaded.contacts) this.#contacts.set(contactKey(row), this.#startOf(row, contactKey(row)));
    for (const row of loaded.suppressions) {
      const of = this.#contacts.get(contactKey(row));
      of?.suppressions.set(suppressionKey(row), of.erased ? eraseSuppression(row) : row);
    }
    this.#effects = new Rows(loaded.effects.map((row) => (this.#isErased(row) ? eraseEffect(row) : row)));
    this.#notifications = new Rows(
      loaded.notifications.map((row) => (this.#isErased(row) ? eraseNotification(row) : row)),
    );
  }

  fold(events: readonly OpenedEvent[]): ReadChanges {
    for (const event of events) this.#event(event);
    const changed = new Map([...this.#contacts].filter(([, folded]) => folded.contact !== folded.loaded));
    const contacts = inKeyOrder(changed);
    return {
      erased: contacts
        .filter(({ loaded, contact }) => loaded !== null && !loaded.erased && contact?.erased)
        .map(({ loaded }) => ref(loaded as ContactRow)),
      contacts: contacts.map(({ contact }) => contact as ContactRow),
      ...tagChanges(contacts),
      searches: searchChanges(contacts),
      timeline: this.#timeline.sort(byContactAndVersion),
      enrollments: inKeyOrder(this.#enrollments),
      exits: inKeyOrder(this.#exits),
      suppressions: inKeyOrder(this.#suppressions),
      effects: this.#effects.changed(),
      notifications: this.#notifications.changed(),
      ruleCounts: this.#counters.rules,
      sourceCounts: this.#counters.sources,
      feed: this.#feed,
    };
  }

  #event(event: OpenedEvent): void {
    const key = contactKey(event);
    if (this.#stuck.has(key)) return;
    const folded = this.#of(key);
    const applied = folded.contact?.appliedVersion ?? 0;
    if (event.version <= applied) return;
    if (event.version !== applied + 1)
      throw new StopPartitionError(
        `contact ${event.contactId} has version ${applied} in the read models, and version ${event.version} comes next: run afterclick replay`,
      );
    const before = folded.contact;
    folded.contact = projectContact(before, event);
    if (folded.erased && !folded.contact.erased) folded.contact = eraseContact(folded.contact);
    this.#counters.add(event);
    this.#enrollment(event);
    this.#suppression(folded, event);
    this.#effect(event);
    this.#told(folded, before, event);
  }

  /** The timeline's row, and the change for the feed: a contact that comes into being is one, whatever is known of it. */
  #told(folded: Folded, before: ContactRow | null, event: OpenedEvent): void {
    const changed = contactChanged(before ?? initialContact(event), folded.contact as ContactRow);
    const isNew = before === null;
    // What an erased contact was is in no row; `changed` would tell.
    this.#timeline.push(projectTimeline(event, folded.erased ? null : (changed ?? (isNew ? {} : null))));
    if (changed === null && !isNew && !justErased(folded, event)) return;
    const { workspaceId, contactId, version, recordedAt, id: eventId } = event;
    this.#feed.push({ workspaceId, contactId, version, recordedAt, eventId });
  }

  #enrollment(event: OpenedEvent): void {
    const enrolled = projectEnrollment(event);
    if (enrolled) this.#enrollments.set(enrollmentKey(enrolled), enrolled);
    if (event.type !== 'exited') return;
    const { workspaceId } = event;
    const { enrollmentId } = event.data;
    const key = enrollmentKey({ workspaceId, enrollmentId });
    const ofThisBatch = this.#enrollments.get(key);
    if (ofThisBatch) this.#enrollments.set(key, { ...ofThisBatch, state: 'exited' });
    else this.#exits.set(key, { workspaceId, enrollmentId });
  }

  #suppression(folded: Folded, event: OpenedEvent): void {
    const contact = folded.contact as ContactRow;
    const rows = this.#suppressionsOf(folded, event, contact);
    if (rows.length === 0) return;
    for (const row of rows) {
      const key = suppressionKey(row);
      folded.suppressions.set(key, row);
      this.#suppressions.set(`${contactKey(row)}${key}`, row);
    }
    folded.contact = withSuppressions(contact, folded.suppressions.values());
  }

  /** Rows that the event makes or changes. */
  #suppressionsOf({ suppressions }: Folded, event: OpenedEvent, { email, addresses }: ContactRow): SuppressionRow[] {
    if (event.type === 'merged') return mergedSuppressions(suppressions, event, addresses);
    const concerned = suppressionConcerned(event);
    if (concerned === null) return [];
    const before = suppressions.get(suppressionKey(concerned)) ?? null;
    const row = projectSuppression(before, event, email);
    return row === null || row === before ? [] : [row];
  }

  #effect(event: OpenedEvent): void {
    if (!('effectId' in event.data)) return;
    const key = effectKey({ workspaceId: event.workspaceId, effectId: event.data.effectId });
    const effect = projectEffect(this.#effects.get(key), event);
    if (effect) this.#effects.set(key, effect);
    const notification = projectNotification(this.#notifications.get(key), this.#effects.get(key), event);
    if (notification) this.#notifications.set(key, notification);
  }

  #of(key: string): Folded {
    const known = this.#contacts.get(key);
    if (known) return known;
    const fresh = this.#startOf(null, key);
    this.#contacts.set(key, fresh);
    return fresh;
  }

  #startOf(row: ContactRow | null, key: string): Folded {
    const erased = this.erased.has(key);
    const contact = row !== null && erased && !row.erased ? eraseContact(row) : row;
    return { loaded: row, contact, erased, suppressions: new Map() };
  }

  #isErased(row: { readonly workspaceId: string; readonly contactId: string }): boolean {
    return this.erased.has(contactKey(row));
  }
}

/** Rows by effect, and which of them changed. */
class Rows<Row extends { readonly workspaceId: string; readonly effectId: string }> {
  readonly #rows = new Map<string, Row>();
  readonly #changed = new Map<string, Row>();

  constructor(loaded: readonly Row[]) {
    for (const row of loaded) this.#rows.set(effectKey(row), row);
  }

  get(key: string): Row | null {
    return this.#rows.get(key) ?? null;
  }

  set(key: string, row: Row): void {
    if (this.#rows.get(key) === row) return;
    this.#rows.set(key, row);
    this.#changed.set(key, row);
  }

  changed(): Row[] {
    return inKeyOrder(this.#changed);
  }
}

function byContactAndVersion(a: TimelineRow, b: TimelineRow): number {
  if (a.contactId === b.contactId && a.workspaceId === b.workspaceId) return a.version - b.version;
  return contactKey(a) < contactKey(b) ? -1 : 1;
}

/** The first event that is folded after the contact's key was destroyed: the whole row is another. */
function justErased({ loaded, erased }: Folded, event: OpenedEvent): boolean {
  return erased && loaded !== null && !loaded.erased && event.version === loaded.appliedVersion + 1;
}

function ref({ workspaceId, contactId }: ContactRow) {
  return { workspaceId, contactId };
}
