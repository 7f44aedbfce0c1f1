/** What was answered: the record of one rule's allotments. Times in milliseconds. */
import type { Uuid } from '#contracts/ids.js';
import type { Refusal } from './question.js';

export interface Allotted {
  readonly type: 'allotted';
  readonly questionId: Uuid;
  readonly recordedAt: number;
  /** For whom it counts; with `turn` also whose turn it was. */
  readonly owner: string | null;
  /** A turn of the rotation: the first of a new round, or one of the round that goes on. */
  readonly turn: 'new round' | 'same round' | null;
  /** It counts against the cap of the rule, and of the owner, until then; null: there is none. */
  readonly countsUntil: number | null;
  readonly ownerCountsUntil: number | null;
}

export interface AllotmentRefused {
  readonly type: 'allotment_refused';
  readonly questionId: Uuid;
  readonly recordedAt: number;
  readonly reason: Refusal;
}

export type AllotmentEvent = Allotted | AllotmentRefused;
