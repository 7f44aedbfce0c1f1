/** Decides what became of an effect, and what a salesperson did with a notification. */
import type { CommandRefused } from '#contracts/contact-events.js';
import type { EffectOutcomeInput, NotificationCommandInput, Placed } from '#contracts/inputs.js';
import { Recording } from './recording.js';
import type { ContactState, NotificationState } from './state.js';

/** Once delivered, nothing more is recorded of an effect at that target. */
export function decideOutcome(state: ContactState, placed: Placed<EffectOutcomeInput>, now: number): Recording {
  const recording = new Recording(state, now, now, placed.id);
  const { data, pii } = placed.input;
  if (!state.delivered.includes(`${data.effectId} ${data.target}`)) {
    const origin = { cause: placed.id, decision: 'effect_outcome', action: `${data.target} ${data.outcome}` };
    recording.record({ type: 'effect_outcome_recorded', v: 1, data, pii }, origin);
  }
  return recording;
}

/** open → taken → done, or open → done; everything else is refused, with the reason. */
export function decideNotificationCommand(
  state: ContactState,
  placed: Placed<NotificationCommandInput>,
  now: number,
): Recording {
  const recording = new Recording(state, now, now, placed.id);
  const { effectId, command } = placed.input.data;
  const { by } = placed.input.pii;
  const origin = { cause: placed.id, decision: 'notification_command', action: command };
  const reason = refusal(state.notifications.find((one) => one.effectId === effectId)?.state, command);
  if (reason) {
    recording.record({ type: 'command_refused', v: 1, data: { commandId: placed.id, reason }, pii: null }, origin);
  } else {
    const type = command === 'take' ? 'notification_taken' : 'notification_done';
    recording.record({ type, v: 1, data: { effectId }, pii: { by } }, origin);
  }
  return recording;
}

function refusal(
  state: NotificationState | undefined,
  command: NotificationCommandInput['data']['command'],
): CommandRefused['data']['reason'] | null {
  if (state === undefined) return 'unknown_notification';
  if (state === 'done') return 'already_done';
  return state === 'taken' && command === 'take' ? 'already_taken' : null;
}
