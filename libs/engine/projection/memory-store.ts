/** Read models in memory: for pure tests, and for some contacts at a time where their rows are made anew. Keeps whole rows by key. */
import type {
  ContactRow,
  EffectRow,
  EnrollmentRow,
  NotificationRow,
  RuleCount,
  SourceCount,
  SuppressionRow,
  TimelineRow,
} from '#contracts/read-models.js';
import { FencedError } from '#engine/log/errors.js';
import type { Fence } from '#engine/log/log.js';
import { eraseEffect } from './effect.js';
import { enrollmentKey } from './enrollment.js';
import { contactKey, effectKey } from './keys.js';
import { eraseNotification } from './notification.js';
import type {
  ContactSearch,
  FedChange,
  LaneProgress,
  Loaded,
  Needs,
  ProjectionStore,
  ProjectionUnit,
  ReadChanges,
  StuckEvent,
} from './store.js';
import { eraseSuppression, suppressionKey } from './suppression.js';

export class MemoryProjectionStore implements ProjectionStore {
  readonly contacts = new Map<string, ContactRow>();
  readonly tags = new Set<string>();
  readonly searches = new Map<string, ContactSearch>();
  readonly timeline = new Map<string, TimelineRow>();
  readonly enrollments = new Map<string, EnrollmentRow>();
  readonly suppressions = new Map<string, SuppressionRow>();
  readonly effects = new Map<string, EffectRow>();
  readonly notifications = new Map<string, NotificationRow>();
  readonly ruleCounts = new Map<string, RuleCount>();
  readonly sourceCounts = new Map<string, SourceCount>();
  readonly vector = new Map<number, number>();
  readonly stuck = new Map<string, StuckEvent>();
  readonly fed: FedChange[] = [];
  readonly #checkpoints = new Map<string, number>();

  /** Position up to which a partition is projected; a partition starts where its first batch does. */
  async transaction(
    fence: Fence,
    first: number,
    next: number,
    work: (unit: ProjectionUnit) => Promise<void>,
  ): Promise<void> {
    const partition = `${fence.group} ${fence.topic} ${fence.partition}`;
    const expected = this.#checkpoints.get(partition) ?? first;
    if (expected !== first) throw new FencedError(`${partition} stands at ${expected}, not at ${first}`);
    const writes: (() => void)[] = [];
    await work({
      load: async (needs) => this.load(needs),
      save: async (changes) => void writes.push(() => this.save(changes)),
      feed: async (fed) => void writes.push(() => this.fed.push(...fed)),
      reach: async (progress) => void writes.push(() => this.reach(progress)),
      setAside: async (event) => void writes.push(() => this.setAside(event)),
    });
    for (const write of writes) write();
    this.#checkpoints.set(partition, next);
  }

  load(needs: Needs): Loaded {
    const of = new Set(needs.suppressionsOf.map(contactKey));
    return {
      contacts: found(this.contacts, needs.contacts.map(contactKey)),
      stuck: found(this.stuck, needs.contacts.map(contactKey)),
      suppressions: [...this.suppressions.values()].filter((row) => of.has(contactKey(row))),
      effects: found(this.effects, needs.effects.map(effectKey)),
      notifications: found(this.notifications, needs.notifications.map(effectKey)),
    };
  }

  save(changes: ReadChanges): void {
    for (const contact of changes.erased) this.#clear(contactKey(contact));
    for (const row of changes.contacts) this.contacts.set(contactKey(row), row);
    for (const row of changes.tagsRemoved) this.tags.delete(`${contactKey(row)} ${row.tag}`);
    for (const row of changes.tagsAdded) this.tags.add(`${contactKey(row)} ${row.tag}`);
    for (const row of changes.searches) this.searches.set(contactKey(row), row);
    for (const row of changes.timeline) this.#insert(row);
    for (const row of changes.enrollments) this.enrollments.set(enrollmentKey(row), row);
    for (const ref of changes.exits) {
      const row = this.enrollments.get(enrollmentKey(ref));
      if (row) this.enrollments.set(enrollmentKey(ref), { ...row, state: 'exited' });
    }
    for (const row of changes.suppressions) this.suppressions.set(`${contactKey(row)}${suppressionKey(row)}`, row);
    for (const row of changes.effects) this.effects.set(effectKey(row), row);
    for (const row of changes.notifications) this.notifications.set(effectKey(row), row);
    for (const { count, ...key } of changes.ruleCounts) add(this.ruleCounts, { ...key, count });
    for (const { count, ...key } of changes.sourceCounts) add(this.sourceCounts, { ...key, count });
  }

  reach(progress: readonly LaneProgress[]): void {
    for (const { lane, next } of progress) this.vector.set(lane, Math.max(next, this.vector.get(lane) ?? 0));
  }

  setAside(event: StuckEvent): void {
    if (!this.stuck.has(contactKey(event))) this.stuck.set(contactKey(event), event);
  }

  #insert(row: TimelineRow): void {
    const key = `${contactKey(row)} ${row.version}`;
    if (this.timeline.has(key))
      throw new Error(`version ${row.version} of ${row.contactId} is in the timeline already`);
    this.timeline.set(key, row);
  }

  #clear(contact: string): void {
    update(this.timeline, contact, (row) => ({ ...row, pii: null, changed: null }));
    update(this.suppressions, contact, eraseSuppression);
    update(this.effects, contact, eraseEffect);
    update(this.notifications, contact, eraseNotification);
  }
}

function found<V>(rows: ReadonlyMap<string, V>, keys: readonly string[]): V[] {
  return keys.flatMap((key) => rows.get(key) ?? []);
}

function update<V extends { readonly workspaceId: string; readonly contactId: string }>(
  rows: Map<string, V>,
  contact: string,
  change: (row: V) => V,
): void {
  for (const [key, row] of rows) if (contactKey(row) === contact) rows.set(key, change(row));
}

function add<C extends { readonly count: number }>(counts: Map<string, C>, { count, ...key }: C): void {
  const name = JSON.stringify(key);
  counts.set(name, { ...key, count: count + (counts.get(name)?.count ?? 0) } as unknown as C);
}
