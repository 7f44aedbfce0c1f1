/** `on: stage_changed`, `on: { stage_changed: customer }`: the contact has another lifecycle stage, or this one. */
import { ChangeView } from '../condition/change-view.js';
import { changeShape } from '../condition/event-shape.js';
import { NAME } from '../vocabulary.js';
import type { TriggerKind } from './trigger.js';

export const stageChanged: TriggerKind = {
  kind: 'stage_changed',
  argument: 'optional',
  example: 'on: { stage_changed: customer }',
  read(field, _options, source) {
    const stage = field && source.name(field, 'a stage', NAME, 'write a name such as customer');
    if (field !== null && stage === null) return null;
    return {
      type: 'stage_changed',
      text: stage === null ? 'the stage changes' : `the stage becomes ${stage}`,
      event: changeShape(['type', 'rule', 'before', 'after']),
      terms: [],
      matches: (event) => stage === null || (event instanceof ChangeView && event.change.after.stage === stage),
    };
  },
};
