/** A counter: how often engagements of one type that pass one filter happened. Conditions on history share equal ones. */
import { deriveId } from '#contracts/ids.js';

export interface CounterDefinition {
  /** 16 hex digits, a hash of all the rest: equal definitions are one counter. */
  readonly id: string;
  /** Engagement type. */
  readonly type: string;
  /** Name of the past event in `filter`. */
  readonly variable: string;
  /** CEL over the past event alone; null counts every one of the type. */
  readonly filter: string | null;
}

export function counterOf(type: string, variable: string, filter: string | null): CounterDefinition {
  const id = deriveId('counter', type, filter === null ? '' : variable, filter ?? '')
    .replaceAll('-', '')
    .slice(0, 16);
  return { id, type, variable, filter };
}
