/** Purposes of timers: stored, never renamed. Those of rules that wait for a time are `rule:NAME`. */

/** Rules that wait for a burst to end. */
export const SETTLE = 'settle';
/** The score crosses a line as it expires. */
export const SCORE = 'score';
/** No timer of the state: a contact is shown to rules that were published since it was last decided. */
export const TAKE_IN = 'take_in';
