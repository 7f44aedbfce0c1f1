/**
 * What a rule waits for: one file a kind, all of them in table.ts. Written `on: KIND`, or `on: { KIND: ARGUMENT, OPTION: … }` where it
 * takes something.
 */
import type { EqualityTerm } from '../condition/condition.js';
import type { EventShape, TriggerView } from '../condition/event-shape.js';
import type { ContactFacts } from '../facts.js';
import type { Vocabulary } from '../vocabulary.js';
import type { Field, Source } from '../yaml/source.js';

/** A trigger of a rule, its argument bound. */
export interface Trigger {
  /** `event.type` of what it waits for: rules are indexed by it. */
  readonly type: string;
  /** As it is told to people: `clicked`, `score reaches 50`. */
  readonly text: string;
  /** What `event` is in the rule's conditions. */
  readonly event: EventShape;
  /** What must hold of the event, where that is the equality of a text: the index may go by it. */
  readonly terms: readonly EqualityTerm[];
  /** Asked of an event of this type. */
  matches(event: TriggerView): boolean;
  /** Where a time triggers: when it is due for the contact as it is, milliseconds; null: never, as things stand. */
  readonly due?: (facts: ContactFacts) => number | null;
  /** Where the score triggers: the line it crosses. */
  readonly scoreLine?: number;
  /** Where a segment triggers: its name; null: any. */
  readonly segment?: string | null;
}

export interface TriggerKind {
  /** How it is written. */
  readonly kind: string;
  /** Whether it may, must or must not have an argument. */
  readonly argument: 'none' | 'optional' | 'required';
  /** An example of the whole: `on: { tag_added: vip }`. */
  readonly example: string;
  /** Keys beside its own, where it is written as a map. */
  readonly options?: readonly string[];
  /** `field`: its argument, null where it has none. Null after a complaint. */
  read(
    field: Field | null,
    options: ReadonlyMap<string, Field>,
    source: Source,
    vocabulary: Vocabulary,
  ): Trigger | null;
}
