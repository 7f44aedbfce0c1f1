/** The actions of the language. A new kind is a file and a line here. */
import type { AnyActionKind } from './action.js';
import { addScore } from './add-score.js';
import { addTag } from './add-tag.js';
import { clear } from './clear.js';
import { enroll } from './enroll.js';
import { lift } from './lift.js';
import { notify } from './notify.js';
import { removeTag } from './remove-tag.js';
import { set } from './set.js';
import { setStage } from './set-stage.js';
import { suppress } from './suppress.js';

export const ACTIONS: readonly AnyActionKind[] = [
  set,
  clear,
  addTag,
  removeTag,
  addScore,
  setStage,
  suppress,
  lift,
  enroll,
  notify,
];
