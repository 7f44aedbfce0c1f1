/** The actions of the language. A new kind is a file and a line here. */
import type { AnyActionKind } from './action.js';
import { addScore } from './add-score.js';
import { addTag } from './add-tag.js';
import { callWebhook } from './call-webhook.js';
import { clear } from './clear.js';
import { createTask } from './create-task.js';
import { enroll } from './enroll.js';
import { exit } from './exit.js';
import { increment } from './increment.js';
import { lift } from './lift.js';
import { notify } from './notify.js';
import { removeTag } from './remove-tag.js';
import { sendEmail } from './send-email.js';
import { set } from './set.js';
import { setOwner } from './set-owner.js';
import { setStage } from './set-stage.js';
import { suppress } from './suppress.js';
import { writeCrm } from './write-crm.js';

export const ACTIONS: readonly AnyActionKind[] = [
  set,
  increment,
  clear,
  addTag,
  removeTag,
  addScore,
  setStage,
  setOwner,
  suppress,
  lift,
  enroll,
  exit,
  notify,
  createTask,
  sendEmail,
  callWebhook,
  writeCrm,
];
