/** `set_stage: NAME`: the lifecycle stage. */
import { NAME } from '../vocabulary.js';
import { actionKind } from './action.js';

export const setStage = actionKind<string>({
  kind: 'set_stage',
  effect: false,
  parse: (field, source) => source.name(field, 'a stage', NAME, 'write a name such as mql'),
  target: () => '',
  decide: (stage, { facts, by }) =>
    facts.stage === stage ? [] : [{ type: 'stage_set', v: 1, data: { by }, pii: { stage } }],
});
