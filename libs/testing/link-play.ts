/** Plays histories of people with several keys, in any order of what their contacts send each other. */
import * as fc from 'fast-check';
import type { Uuid } from '#contracts/ids.js';
import type { Placed } from '#contracts/inputs.js';
import { compileRules } from '#domain/rules/compile.js';
import { inputOf, type LinkStep, linkScript, type Scripted } from './generators/links.js';
import { inForce } from './generators/rule-sets.js';
import { contactOf, NOON, WORKSPACE } from './inputs.js';
import { LinkedStage } from './linked-stage.js';

export function placedAt(
  { id, key, input }: { id: Uuid; key: Uuid; input: Placed['input'] },
  recordedAt: number,
): Placed {
  return { id, key, input, workspaceId: WORKSPACE, recordedAt, topic: 'engagements.g1', partition: 0, position: 0 };
}

/** Plays a script; between two of its steps so much of what contacts send each other arrives, and of whom, as `choices` says. */
export class Play {
  readonly stage = new LinkedStage(compileRules([]));
  readonly inputs: Placed[] = [];
  at = NOON;

  constructor(private readonly choices: readonly number[]) {}

  #turn = 0;
  choice = (): number => this.choices[this.#turn++ % this.choices.length] ?? 0;

  run(script: readonly Scripted[]): this {
    script.forEach((one, nth) => {
      if ('publish' in one) this.stage.rules = inForce(one.publish);
      else {
        this.at += one.after;
        this.step(one.step, nth);
      }
      for (let left = this.choice() % 5; left > 0; left -= 1) this.stage.next(this.choice(), this.choice() % 7 === 0);
    });
    this.stage.settle(this.choice);
    return this;
  }

  step(step: LinkStep, nth: number): void {
    const input = inputOf(step, nth, this.at, contactOf);
    const placed = input
      ? placedAt(input, this.at)
      : this.inputs[(step as { nth: number }).nth % Math.max(1, this.inputs.length)];
    if (!placed) return;
    if (input) this.inputs.push(placed);
    this.stage.arrive(placed);
  }
}

export const choices = fc.array(fc.nat({ max: 97 }), { minLength: 1, maxLength: 40 });
/** A script, and the choices of an order. */
export const plays = fc.tuple(linkScript, choices);
