/** A change of the contact as conditions and templates of the rules that it triggers see it: what was, and what is. */
import type { Json } from '#contracts/json.js';
import { storedValue } from '../attributes/declaration.js';
import { type AttributeType, partsOfType } from '../attributes/type.js';
import { type ContactFacts } from '../facts.js';
import { scoreAt } from '../score.js';
import { PRESENT } from './event-view.js';
import { typed } from './typed.js';

export const CHANGE_TYPES = [
  'attribute_changed',
  'tag_added',
  'tag_removed',
  'stage_changed',
  'owner_changed',
  'score_changed',
  'segment_entered',
  'segment_left',
] as const;
export type ChangeType = (typeof CHANGE_TYPES)[number];

export interface Change {
  readonly type: ChangeType;
  /** Of the attribute, as it is stored, the tag or the segment; empty for others. */
  readonly name: string;
  /** Name of the rule that made the change; empty: none did. */
  readonly rule: string;
  readonly before: ContactFacts;
  readonly after: ContactFacts;
  /** Milliseconds. */
  readonly now: number;
}

/** Fields of `event` in rules on a change; which of them a trigger has is its own affair. Names are part of the language. */
export const CHANGE_FIELDS = ['type', 'name', 'rule', 'before', 'after'] as const;
export type ChangeField = (typeof CHANGE_FIELDS)[number];

/** One view serves all rules on a change: each sees the values under its own type. */
export class ChangeView {
  valueType: AttributeType = 'string';

  constructor(readonly change: Change) {}

  get type(): ChangeType {
    return this.change.type;
  }
  get name(): string {
    return this.change.name;
  }
  get rule(): string {
    return this.change.rule;
  }
  get before(): unknown {
    return this.#value(this.change.before);
  }
  get after(): unknown {
    return this.#value(this.change.after);
  }

  [PRESENT](field: string): boolean {
    if (field === 'before') return this.#stored(this.change.before) !== undefined;
    if (field === 'after') return this.#stored(this.change.after) !== undefined;
    return this[field as 'type' | 'name' | 'rule'] !== '';
  }

  #value(facts: ContactFacts): unknown {
    return typed(partsOfType(this.valueType), this.#stored(facts));
  }

  #stored(facts: ContactFacts): Json | undefined {
    switch (this.change.type) {
      case 'attribute_changed':
        return storedValue(partsOfType(this.valueType), this.change.name, facts.attributes);
      case 'stage_changed':
        return facts.stage ?? undefined;
      case 'owner_changed':
        return facts.owner ?? undefined;
      case 'score_changed':
        return scoreAt(facts, this.change.now);
      case 'tag_added':
      case 'tag_removed':
      case 'segment_entered':
      case 'segment_left':
        return undefined;
    }
  }
}
