/** The triggers of the language. A new kind is a file and a line here. */
import { attributeChanged } from './attribute-changed.js';
import { date } from './date.js';
import { engagements } from './engagement.js';
import { ownerChanged } from './owner-changed.js';
import { scoreFallsBelow, scoreReaches } from './score.js';
import { segmentEntered, segmentLeft } from './segment.js';
import { silence } from './silence.js';
import { stageChanged } from './stage-changed.js';
import { tagAdded, tagRemoved } from './tag.js';
import type { TriggerKind } from './trigger.js';

export const TRIGGERS: readonly TriggerKind[] = [
  ...engagements,
  attributeChanged,
  tagAdded,
  tagRemoved,
  stageChanged,
  ownerChanged,
  scoreReaches,
  scoreFallsBelow,
  segmentEntered,
  segmentLeft,
  silence,
  date,
];
