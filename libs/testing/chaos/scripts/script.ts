/** A directed script: one fault at its named point, and what shows when the engine does not bear it. */
import type { Findings } from '../../checker/findings.js';
import type { Teller } from '../../senders/teller.js';
import type { Shape, ShapeOptions } from '../shape.js';
import type { Trial } from '../trial.js';

export interface Script {
  /** Of the break that it finds (`--break NAME`). */
  readonly name: string;
  readonly shape: (options: ShapeOptions) => Promise<Shape>;
  /** What the checker says when the engine is broken so: kind, and what its sentence must hold. */
  readonly red: { readonly kind: keyof Findings; readonly sentence: RegExp };
  run(trial: Trial<Teller>): Promise<void>;
}
