/** An outcome as an input of the effect's contact. The id is hash(effect, target, outcome): a repeat changes nothing. */
import { deriveId } from '#contracts/ids.js';
import type { EffectOutcomeInput } from '#contracts/inputs.js';
import type { Appendable } from '#contracts/record.js';
import { sealInput } from '#engine/sealing/input-codec.js';
import type { WorkspaceKeys } from '#engine/sealing/sealing.js';
import type { LeasedEffect } from './effect.js';
import type { Settlement } from './queue.js';

export interface Ended {
  readonly state: Settlement['state'];
  readonly attempts: number;
  readonly reason: string | null;
  readonly detail?: string;
}

/** Inputs on `engagements` under the workspace's daily key. Rejects with WorldError when the keys are away. */
export class Outcomes {
  constructor(
    private readonly keys: Pick<WorkspaceKeys, 'daily'>,
    private readonly clock: () => number,
    /** Topic with its generation. */
    private readonly topic: string,
  ) {}

  async settlement(effect: LeasedEffect, ended: Ended): Promise<Settlement> {
    const { state, reason } = ended;
    return { effect, state, reason, outcome: await this.#input(effect, ended) };
  }

  async #input(effect: LeasedEffect, { state, attempts, reason, detail }: Ended): Promise<Appendable> {
    const { effectId, target, workspaceId, contactId } = effect;
    const at = this.clock();
    const input: EffectOutcomeInput = {
      type: 'effect_outcome',
      v: 1,
      data: { effectId, target, outcome: state, attempts, ...(reason === null ? {} : { reason }) },
      pii: detail === undefined ? {} : { detail },
    };
    const id = deriveId('effect_outcome', effectId, target, state);
    const address = { topic: this.topic, key: contactId, workspaceId, id, at };
    return sealInput(input, address, await this.keys.daily(workspaceId, at, 'engagements'));
  }
}
