/** A segment as it was read and checked, and as it is in force: a named condition on the contact. */
import type { AttributeTypes } from '../attributes/type.js';
import type { Condition } from '../condition/condition.js';

export interface Segment {
  readonly name: string;
  readonly description: string;
  readonly if: Condition;
  readonly attributes: AttributeTypes;
}

export interface CompiledSegment extends Segment {
  readonly version: number;
}

/** So many a workspace: what is known of them is part of every contact's state. */
export const MAX_SEGMENTS = 100;

/** Segments are published beside rules, under a name that no rule can have. Stored: never renamed. */
const PREFIX = 'segment:';

/** The name of a segment among the definitions of a workspace. */
export function definitionOf(segment: string): string {
  return PREFIX + segment;
}

/** The segment that a definition is; null: it is a rule. */
export function segmentOfDefinition(definition: string): string | null {
  return definition.startsWith(PREFIX) ? definition.slice(PREFIX.length) : null;
}
