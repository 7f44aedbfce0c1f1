/** Decides an engagement: recorded first, then what it says about the address, then the rules (engine.md 4.2, 4.10, 4.11). */
import type { EngagementRecorded } from '#contracts/contact-events.js';
import type { Booked, Sent } from '#contracts/decision.js';
import type { EngagementInput, Placed } from '#contracts/inputs.js';
import { EventView } from '#domain/rules/condition/event-view.js';
import { MINUTE } from '#domain/rules/duration.js';
import type { RulesInForce } from '#domain/rules/in-force.js';
import { leftOf } from '#domain/rules/score.js';
import { asMachine } from './as-machine.js';
import { isJudged, type Reason, verdictOn } from './clicks.js';
import { get } from './dict.js';
import { runKnockOns } from './knock-on.js';
import { LATE_AFTER } from './late.js';
import { suggest } from './link.js';
import { isTooLate, payloadTime } from './lookups.js';
import { Recording } from './recording.js';
import { runOnly } from './run-rules.js';
import { judgeSegments } from './segments.js';
import { waitsOf } from './settle.js';
import type { ContactState, RecentClick } from './state.js';
import { keptScope, lifts, suppresses, suppressingOf } from './suppression.js';

/** An occurredAt further ahead of recordedAt than this is a wrong clock: clamped and marked. */
const MAX_AHEAD = 5 * MINUTE;

const ENGINE_DECIDES = { engine: true } as const;

export function decideEngagement(
  state: ContactState,
  placed: Placed<EngagementInput>,
  now: number,
  rules: RulesInForce,
): { recording: Recording; booked: Booked; sends?: readonly Sent[] } {
  const { data, pii } = placed.input;
  if (isTooLate(placed)) {
    const recording = new Recording(state, now, payloadTime(data) ?? now, placed.id);
    const origin = { cause: placed.id, decision: 'engagement', action: 'too_late' };
    recording.record({ type: 'engagement_too_late', v: 1, data, pii }, origin);
    return { recording, booked: 'too_late' };
  }
  const at = payloadTime(data) ?? Math.min(data.receivedAt, placed.recordedAt);
  const clamped = at > placed.recordedAt + MAX_AHEAD;
  const occurredAt = clamped ? placed.recordedAt : at;
  const late = now - occurredAt > LATE_AFTER;
  const recording = new Recording(state, now, occurredAt, placed.id);
  const verdict = verdictOn(state, placed.input, Math.min(occurredAt, now));
  const known = recordedOf(verdict.own === null ? placed.input : asMachine(placed.input), { clamped, late }, rules);
  const event = new EventView(known);
  const asksRules = !data.ambiguous && !data.imported && !state.deleted;
  const candidates = asksRules ? rules.candidates(event) : [];
  const waits = waitsOf(state, candidates, event, now);
  const recorded = waits.length === 0 ? known : { ...known, data: { ...known.data, waits } };
  const cause = recording.record(recorded, { cause: placed.id, decision: 'engagement', action: 'recorded' });
  for (const { click, reason } of verdict.earlier) reclassify(recording, click, reason, cause);

  // One that was forgotten does not come back because of a late delivery or click: people write it anew.
  if (!state.deleted) learnAddress(recording, recorded, cause);
  const sends = data.alias && !data.ambiguous ? suggest(recording, data.alias, pii.alias, cause) : [];
  const subject = data.subject ?? state.contactId;
  if (!data.ambiguous) suppressOrLift(recording, recorded, cause, subject);
  judgeSegments(recording, rules, { input: placed.id, silent: !asksRules });
  if (asksRules) {
    const rulesFrom = recording.events.length;
    const asked = candidates.filter(({ name }) => !waits.some(({ rule }) => rule === name));
    runOnly(recording, asked, { event, cause, subject, late });
    runKnockOns(recording, rules, { input: placed.id, subject, late, rulesFrom });
  }
  return { recording, booked: 'applied', sends };
}

function recordedOf(
  { data, pii }: Pick<EngagementInput, 'data' | 'pii'>,
  { clamped, late }: { readonly clamped: boolean; readonly late: boolean },
  rules: RulesInForce,
): EngagementRecorded {
  const marked = { ...data, ...(clamped ? { clamped } : {}), ...(late ? { late } : {}) };
  const event: EngagementRecorded = { type: 'engagement_recorded', v: 1, data: marked, pii };
  if (data.ambiguous) return event;
  const counted = rules.counted(new EventView(event));
  const countedAsMachine = isJudged(event) ? rules.counted(new EventView(asMachine(event))) : counted;
  const isSame = counted.length === countedAsMachine.length && counted.every((id) => countedAsMachine.includes(id));
  return {
    ...event,
    pii: { ...pii, ...(counted.length === 0 ? {} : { counted }), ...(isSame ? {} : { countedAsMachine }) },
  };
}

/** Counters and score become what they would be, had it been known that a machine clicked. */
function reclassify(recording: Recording, click: RecentClick, reason: Reason, cause: string): void {
  const { id: engagementId, sourceId, at: countedAt, less, more, points, grants = [] } = click;
  const before = click.actor === 'human' ? 'human' : 'unknown';
  const data = { engagementId, engagement: 'clicked', sourceId, actor: 'machine', before, reason, countedAt } as const;
  const origin = { cause, decision: 'reclassify', action: engagementId };
  const pii = { uncounted: less, counted: more };
  const reclassified = recording.record({ type: 'engagement_reclassified', v: 1, data, pii }, origin);
  const take = (taken: number, ordinal: number, expiring: { expiresAt?: number } = {}): void => {
    if (taken === 0) return;
    const data = { by: ENGINE_DECIDES, points: -taken, ...expiring };
    const origin = { cause: reclassified, decision: 'reclassify', action: 'score' };
    recording.record({ type: 'score_added', v: 1, data, pii: null }, origin, ordinal);
  };
  take(points, 0);
  for (let i = 0; i < grants.length; i += 3) {
    const [granted, from, expiresAt] = grants.slice(i, i + 3) as [number, number, number];
    take(leftOf(granted, from, expiresAt, recording.now), i / 3 + 1, { expiresAt });
  }
}

/** A contact's address is the first it was met under. */
function learnAddress(recording: Recording, { data, pii }: EngagementRecorded, cause: string): void {
  const { kind, value } = pii.identity;
  if (kind !== 'email' || recording.state.email !== null) return;
  const origin = { cause, decision: 'engagement', action: 'address' };
  const subject = data.subject === undefined ? {} : { subject: data.subject };
  recording.record(
    { type: 'address_set', v: 1, data: { by: ENGINE_DECIDES, ...subject }, pii: { email: value } },
    origin,
  );
}

function suppressOrLift(recording: Recording, { data }: EngagementRecorded, cause: string, subject: string): void {
  const entries = () => get(recording.state.suppressions, subject) ?? {};
  const entryOf = (scope: string) => get(entries(), scope);
  const said = suppressingOf(data);
  const suppressing = said && { ...said, scope: keptScope(entries(), said.scope) };
  const by = ENGINE_DECIDES;
  if (suppressing && suppresses(entryOf(suppressing.scope), suppressing.reason, recording.occurredAt)) {
    const origin = { cause, decision: 'engagement', action: 'suppress' };
    recording.record({ type: 'suppressed', v: 1, data: { by, ...suppressing, subject }, pii: null }, origin);
  }
  const scope = data.scope ?? 'all';
  if (data.engagement === 'resubscribed' && lifts(entryOf(scope), 'resubscribed', recording.occurredAt)) {
    const origin = { cause, decision: 'engagement', action: 'lift' };
    recording.record(
      { type: 'suppression_lifted', v: 1, data: { by, scope, reason: 'resubscribed', subject }, pii: null },
      origin,
    );
  }
}
