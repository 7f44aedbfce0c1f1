/**
 * Versions of stored events, and the pure steps v1 → v2 → … that lift an old one to the shape this process knows. A released shape is
 * never changed: a new `v`, its step here, and the old golden JSON stays (golden/README.md).
 */
import type { ContactEvent } from './contact-events.js';
import type { JsonObject } from './json.js';

/** The version of each type that this process writes and judges. */
export const EVENT_VERSIONS: { readonly [T in ContactEvent['type']]: number } = {
  engagement_recorded: 1,
  engagement_reclassified: 1,
  engagement_too_late: 1,
  address_set: 1,
  attribute_set: 1,
  attribute_cleared: 1,
  tag_added: 1,
  tag_removed: 1,
  score_added: 1,
  stage_set: 1,
  owner_set: 1,
  time_zone_set: 1,
  consent_set: 1,
  contact_deleted: 1,
  suppressed: 1,
  suppression_lifted: 1,
  enrolled: 1,
  exited: 1,
  rule_fired: 1,
  rule_held: 1,
  rule_failed: 1,
  effect_requested: 1,
  effect_outcome_recorded: 1,
  notification_taken: 1,
  notification_done: 1,
  command_refused: 1,
  link_suggested: 1,
  link_requested: 1,
  link_refused: 1,
  link_deferred: 1,
  alias_added: 1,
  linked: 1,
  merged: 1,
  timer_armed: 1,
  timer_fired: 1,
  segment_entered: 1,
  segment_left: 1,
};

/** The content of a stored event; `pii` is null when it has none, or its contact was erased. */
export interface EventContent {
  readonly type: string;
  readonly v: number;
  readonly data: JsonObject;
  readonly pii: JsonObject | null;
}

/** One step: content of version v to that of v + 1, by `TYPE.vN`. */
export type Upcasters = { readonly [typeAndVersion: string]: (content: EventContent) => EventContent };

/** None yet: every type is in its first version. */
export const UPCASTERS: Upcasters = {};

const VERSIONS = new Map<string, number>(Object.entries(EVENT_VERSIONS));

/** True when this process may judge an event of this type and version: not newer than it knows (engine.md 4.19). */
export function isKnownEvent(type: string, v: number): boolean {
  const known = VERSIONS.get(type);
  return known !== undefined && Number.isInteger(v) && v >= 1 && v <= known;
}

/**
 * Lifts a known event to the version this process writes, one step at a time; the event itself when it is there already.
 * Throws when a step is missing: a released version without its way up is a fault of ours.
 */
export function upcast<E extends EventContent>(
  event: E,
  steps: Upcasters = UPCASTERS,
  versions: ReadonlyMap<string, number> = VERSIONS,
): E {
  const current = versions.get(event.type);
  if (current === undefined || event.v === current) return event;
  const { type, data, pii } = event;
  let content: EventContent = { type, v: event.v, data, pii };
  while (content.v < current) {
    const step = steps[`${content.type}.v${content.v}`];
    if (step === undefined) throw new Error(`no upcaster lifts ${content.type} from v${content.v}`);
    content = { ...step(content), v: content.v + 1 };
  }
  return { ...event, ...content };
}
