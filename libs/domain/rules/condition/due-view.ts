/** What was due, as conditions and templates of the rules that wait for a time see it: no engagement and no change triggered them. */
import { PRESENT } from './event-view.js';

export const DUE_FIELDS = ['type'] as const;

export class DueView {
  /** It has no values of a type of its own. */
  valueType = 'string' as const;

  /** `silence`, `date` … */
  constructor(readonly type: string) {}

  [PRESENT](field: string): boolean {
    return field === 'type';
  }
}
