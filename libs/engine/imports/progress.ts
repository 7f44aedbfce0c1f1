/** How far an import has come, and what it says about its file. */
import type { Json } from '#contracts/json.js';

/** Of the rows that are done with. */
export interface Counts {
  readonly rows: number;
  /** Inputs that were appended; a row may give several (a provider's batch), or none. */
  readonly inputs: number;
  /** Inputs that changed something, and inputs that changed nothing: the same already, or known. */
  readonly changed: number;
  readonly unchanged: number;
  readonly rejected: number;
}

export const NOTHING_YET: Counts = { rows: 0, inputs: 0, changed: 0, unchanged: 0, rejected: 0 };

/** A row that was not taken. */
export interface Reject {
  readonly line: number;
  readonly reason: string;
  readonly raw: string;
}

/** A column of the file and what it is taken for; `field` null: it is left out. */
export interface ColumnUse {
  readonly column: string;
  readonly field: string | null;
  readonly guessed: boolean;
}

/** Shown to whoever asked for it. Personal: kept sealed. */
export interface About {
  readonly columns?: readonly ColumnUse[];
  readonly delimiter?: string;
  readonly header?: string;
  /** What the first rows become. */
  readonly samples?: readonly Json[];
  /** Why it failed. */
  readonly error?: string;
}

export function sum(a: Counts, b: Counts): Counts {
  return {
    rows: a.rows + b.rows,
    inputs: a.inputs + b.inputs,
    changed: a.changed + b.changed,
    unchanged: a.unchanged + b.unchanged,
    rejected: a.rejected + b.rejected,
  };
}
