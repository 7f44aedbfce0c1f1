/**
 * The smallest decider that shows every fault of the runtime: it de-duplicates, counts by rule, and keeps a trail whose value hangs on
 * the order of all inputs (so nothing of it commutes). A rule's yaml is the engagement type it counts.
 */
import type { ContactEvent, EventMeta, Recorded } from '#contracts/contact-events.js';
import type { Decider, Decision, SeenLookup } from '#contracts/decision.js';
import { deriveId, type Uuid } from '#contracts/ids.js';
import type { Placed } from '#contracts/inputs.js';
import type { CompileRules, RuleSource } from '#engine/decision/rules-registry.js';
import { PoisonError } from '#engine/log/errors.js';

export interface TallyState {
  readonly workspaceId: Uuid;
  readonly contactId: Uuid;
  readonly version: number;
  readonly recordedAt: number;
  readonly trail: string;
  readonly score: number;
  readonly counters: { readonly [type: string]: number };
  readonly linkedTo: Uuid | null;
}

export interface TallyRules {
  readonly sources: readonly RuleSource[];
  /** Sorted. */
  readonly counted: readonly string[];
}

export const compileTally: CompileRules<TallyRules> = (sources) => {
  if (sources.some((source) => source.yaml === 'of a later engine')) throw new Error('cannot compile');
  return { sources, counted: [...new Set(sources.map((source) => source.yaml))].sort() };
};

/** An engagement with this reason cannot be decided while `tally.poisonous` is true. */
export const POISON = 'cannot be decided';
/** An engagement with this reason makes the decider itself fail while `tally.poisonous` is true. */
export const CRASH = 'makes the decider fail';

/** An engagement whose reason is this and a number arms the timer `look` for that time. */
export const ARM = 'look again at ';

/** A contact of which an engagement with this reason is decided becomes an alias of LINKED_TO. */
export const LINK = 'links to another';
export const LINKED_TO = deriveId('test', 'owner of an alias');

export class Tally implements Decider<TallyState, TallyRules> {
  poisonous = true;
  /** How often histories were asked for. */
  refolded = 0;

  initial(workspaceId: Uuid, contactId: Uuid): TallyState {
    return { workspaceId, contactId, version: 0, recordedAt: 0, trail: '', score: 0, counters: {}, linkedTo: null };
  }

  versionOf = (state: TallyState): number => state.version;
  linkedTo = (state: TallyState): Uuid | null => state.linkedTo;
  recordedAtOf = (state: TallyState): number => state.recordedAt;

  lookups({ input, id, recordedAt }: Placed): readonly SeenLookup[] {
    if (input.type !== 'engagement') return [{ key: id, months: [monthOf(recordedAt)], writeTo: monthOf(recordedAt) }];
    const { keys, occurredAt } = input.data;
    const at = occurredAt ?? recordedAt;
    const months = occurredAt === null ? [monthOf(at), monthOf(at - 31 * 86_400_000)] : [monthOf(at)];
    return keys.map((key) => ({ key, months, writeTo: monthOf(at) }));
  }

  decide(state: TallyState, placed: Placed, { rules, seen }: { rules: TallyRules; seen: ReadonlySet<Uuid> }): Decision {
    if (this.lacksHistory(state, rules)) throw new Error('a state without its counters came to decide');
    const { input } = placed;
    const reason = input.type === 'engagement' ? input.pii.reason : null;
    if (this.poisonous && reason === POISON) throw new PoisonError(POISON);
    if (this.poisonous && reason === CRASH) throw new TypeError(CRASH);
    if (seen.size > 0) return { events: [], seen: [], booked: input.type === 'engagement' ? 'duplicate' : null };
    const written = this.lookups(placed).map(({ key, writeTo }) => ({ key, month: writeTo }));
    return {
      events: this.events(state, placed, rules),
      seen: written,
      booked: input.type === 'engagement' ? 'applied' : null,
      timers: reason?.startsWith(ARM) ? [{ purpose: 'look', dueAt: Number(reason.slice(ARM.length)) }] : [],
    };
  }

  private events(state: TallyState, placed: Placed, rules: TallyRules): Recorded<ContactEvent>[] {
    const { input } = placed;
    const events: ContactEvent[] = [];
    if (input.type === 'engagement') {
      const { deliveryId, ...data } = input.data;
      events.push({ type: 'engagement_recorded', v: 1, data: { ...data, deliveryId }, pii: input.pii });
      for (const { rule, version, yaml } of rules.sources.filter((one) => one.yaml === input.data.engagement)) {
        const points = 1 + (state.counters[yaml] ?? 0);
        events.push({ type: 'score_added', v: 1, data: { by: { rule, version, action: 'score' }, points }, pii: null });
      }
    }
    const trail = deriveId('trail', state.trail, placed.id);
    events.push({
      ...{ type: 'attribute_set', v: 1 },
      ...{ data: { by: { engine: true }, name: 'trail' }, pii: { value: trail } },
    });
    if (input.type === 'engagement' && input.pii.reason === LINK)
      events.push({ type: 'linked', v: 1, data: { contactId: LINKED_TO }, pii: null });
    const recordedAt = Math.max(state.recordedAt, placed.recordedAt);
    return events.map((event, index) => {
      const meta: EventMeta = {
        id: deriveId('event', placed.workspaceId, placed.id, index),
        workspaceId: state.workspaceId,
        contactId: state.contactId,
        version: state.version + index + 1,
        occurredAt: placed.recordedAt,
        recordedAt,
        causationId: placed.id,
        correlationId: placed.id,
      };
      return { ...event, ...meta };
    });
  }

  evolve(state: TallyState, event: Recorded<ContactEvent>): TallyState {
    const next = { ...state, version: event.version, recordedAt: event.recordedAt };
    if (event.type === 'score_added') return { ...next, score: state.score + event.data.points };
    if (event.type === 'attribute_set') return { ...next, trail: String(event.pii.value) };
    if (event.type === 'linked') return { ...next, linkedTo: event.data.contactId };
    if (event.type !== 'engagement_recorded') return next;
    const type = event.data.engagement;
    const count = state.counters[type];
    return count === undefined ? next : { ...next, counters: { ...state.counters, [type]: count + 1 } };
  }

  lacksHistory(state: TallyState, rules: TallyRules): boolean {
    return Object.keys(state.counters).join() !== rules.counted.join();
  }

  withHistory(state: TallyState, rules: TallyRules, engagements: readonly Recorded<ContactEvent>[]): TallyState {
    this.refolded += 1;
    const counters: { [type: string]: number } = {};
    for (const type of rules.counted)
      counters[type] = engagements.filter(
        (event) => event.type === 'engagement_recorded' && event.data.engagement === type,
      ).length;
    return { ...state, counters };
  }
}

function monthOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 7)}-01`;
}
