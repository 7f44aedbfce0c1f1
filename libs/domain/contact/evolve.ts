/** Folds one event into the state. No rules, no clock: everything it needs is in the event. */
import type {
  ContactEvent,
  EngagementReclassified,
  EngagementRecorded,
  Recorded,
  RuleFired,
  ScoreAdded,
} from '#contracts/contact-events.js';
import type { Identity, Uuid } from '#contracts/ids.js';
import { counted, pruned, uncounted } from '#domain/rules/history/buckets.js';
import { scoreAt, unexpired as unexpiredGrants, withGrant } from '#domain/rules/score.js';
import { granted, metClick, reclassified, withoutOld } from './clicks.js';
import { drop, get, mapValues, put, withItem } from './dict.js';
import { united } from './merge.js';
import { forgotten, mergedInto, written } from './profile.js';
import { SCORE, SETTLE, segmentOf } from './purposes.js';
import { metSettling, settlingAsMachine, withoutSettled } from './settling.js';
import {
  type ContactState,
  firingsOfGroup,
  MAX_ADDRESSES,
  MAX_DELIVERED,
  MAX_IDENTITIES,
  MAX_NOTIFICATIONS,
  MAX_SUGGESTED,
  MAX_TYPES,
  type NotificationState,
} from './state.js';
import { lastWord, metResubscribed, metSuppressing } from './suppression.js';

export function evolve(state: ContactState, event: Recorded<ContactEvent>): ContactState {
  if (event.version !== state.version + 1) {
    throw new Error(`event ${event.id} has version ${event.version}, the state is at ${state.version}`);
  }
  const since = state.version === 0 ? event.recordedAt : state.since;
  return withoutPast(change({ ...state, version: event.version, since, recordedAt: event.recordedAt }, event));
}

function change(state: ContactState, event: Recorded<ContactEvent>): ContactState {
  switch (event.type) {
    case 'engagement_recorded':
      return engaged(state, event);
    case 'engagement_reclassified':
      return {
        ...state,
        clicks: reclassified(state.clicks, event.data.engagementId),
        settling: settlingAsMachine(state.settling, event.data.engagementId),
        counters: recounted(state, event),
      };
    case 'address_set':
      return addressed(
        written({ ...state, email: event.pii.email }),
        event.data.subject ?? state.contactId,
        event.pii.email,
      );
    case 'attribute_set':
      return written({ ...state, attributes: put(state.attributes, event.data.name, event.pii.value) });
    case 'attribute_cleared':
      return { ...state, attributes: drop(state.attributes, event.data.name) };
    case 'tag_added':
      return written({ ...state, tags: withItem(state.tags, event.pii.tag) });
    case 'tag_removed':
      return { ...state, tags: state.tags.filter((tag) => tag !== event.pii.tag) };
    case 'score_added':
      return moved(state, { ...scored(state, event), clicks: granted(state.clicks, event) });
    case 'stage_set':
      return written({ ...state, stage: event.pii.stage });
    case 'owner_set':
      return written({ ...state, owner: event.pii.owner });
    case 'time_zone_set':
      return written({ ...state, timeZone: event.pii.timeZone });
    case 'consent_set': {
      const { given, at } = event.data;
      return written({ ...state, consent: put(state.consent, event.pii.purpose, { given, at }) });
    }
    case 'contact_deleted':
      return forgotten(state);
    case 'suppressed':
    case 'suppression_lifted': {
      const { subject, scope, reason } = event.data;
      const ofSubject = get(state.suppressions, subject) ?? {};
      const entry = lastWord(get(ofSubject, scope), event.type === 'suppressed', reason, event.occurredAt);
      return { ...state, suppressions: put(state.suppressions, subject, put(ofSubject, scope, entry)) };
    }
    case 'enrolled': {
      const { sequence, enrollmentId } = event.data;
      return { ...state, enrollments: put(state.enrollments, sequence, { id: enrollmentId, at: event.recordedAt }) };
    }
    case 'exited':
      return { ...state, enrollments: drop(state.enrollments, event.data.sequence) };
    case 'rule_fired':
      return { ...state, firings: fired(state.firings, event) };
    case 'effect_requested':
      // What is no notification is never taken or done.
      if (event.data.kind !== 'notify') return state;
      return notified(state, event.data.effectId, 'open');
    case 'notification_taken':
      return notified(state, event.data.effectId, 'taken');
    case 'notification_done':
      return notified(state, event.data.effectId, 'done');
    case 'effect_outcome_recorded': {
      const { effectId, target, outcome } = event.data;
      if (outcome !== 'delivered') return state;
      return { ...state, delivered: [...state.delivered, `${effectId} ${target}`].slice(-MAX_DELIVERED) };
    }
    case 'link_suggested':
      return { ...state, suggested: suggestedTo(state.suggested, event.data.alias, event.recordedAt) };
    case 'link_requested': {
      const { to, by, moved = false } = event.data;
      const commandId = 'command' in by ? event.correlationId : null;
      return { ...known(state, event.pii.identity), asking: { requestId: event.id, to, commandId, moved } };
    }
    case 'link_deferred':
      return { ...state, waiting: [...state.waiting, event.data] };
    case 'link_refused':
      return { ...state, asking: null, waiting: [] };
    case 'alias_added': {
      const { alias, aliases } = event.data;
      return { ...state, aliases: put(state.aliases, alias, { merged: false, aliases, version: 0 }) };
    }
    case 'linked':
      return { ...state, linkedTo: event.data.contactId, asking: null, waiting: [], segments: {} };
    case 'merged':
      return moved(
        state,
        mergedInto(state, united(state, { ...event.pii.state, subject: event.data.alias }, event.data.moved ?? false)),
      );
    case 'timer_armed': {
      const { purpose, dueAt } = event.data;
      const timers = put(state.timers, purpose, dueAt);
      const segment = segmentOf(purpose);
      if (segment !== null) return { ...state, timers, segments: judged(state.segments, segment, event.data.version) };
      // What it lost while nobody waited for it is told to nobody.
      const isNew = purpose === SCORE && get(state.timers, SCORE) === undefined;
      return isNew ? told({ ...state, timers }) : { ...state, timers };
    }
    case 'timer_fired':
      return looked(state, event.data.purpose);
    case 'segment_entered': {
      const { segment, version } = event.data;
      return { ...state, segments: put(state.segments, segment, { version, since: event.recordedAt }) };
    }
    case 'segment_left': {
      const { segment, version, retired } = event.data;
      const left = { version, since: null };
      return { ...state, segments: retired ? drop(state.segments, segment) : put(state.segments, segment, left) };
    }
    case 'engagement_too_late':
    case 'rule_held':
    case 'rule_failed':
    case 'command_refused':
      return state;
  }
}

/** It is waited for under this version, so it was judged under it. */
function judged(segments: ContactState['segments'], segment: string, version: number | undefined) {
  if (version === undefined) return segments;
  return put(segments, segment, { version, since: get(segments, segment)?.since ?? null });
}

function fired(before: ContactState['firings'], { data, recordedAt }: Recorded<RuleFired>): ContactState['firings'] {
  const { rule, countsUntil, group, groupCountsUntil } = data;
  let next = before;
  const add = (name: string, until: number | undefined): void => {
    if (until !== undefined) next = put(next, name, [...(get(next, name) ?? []), recordedAt, until]);
  };
  add(rule, countsUntil);
  if (group !== undefined) add(firingsOfGroup(group), groupCountsUntil);
  return next;
}

function looked(state: ContactState, purpose: string): ContactState {
  const next = { ...state, timers: drop(state.timers, purpose) };
  if (purpose === SCORE) return told(next);
  return purpose === SETTLE ? { ...next, settling: withoutSettled(state.settling, state.recordedAt) } : next;
}

/** Rules are told of this change of the score at once, and of what it lost before when its timer fires. */
function moved(before: ContactState, after: ContactState): ContactState {
  const { recordedAt: now } = after;
  return { ...after, scoreTold: before.scoreTold + scoreAt(after, now) - scoreAt(before, now) };
}

/** Rules know of the score as it is now. */
function told(state: ContactState): ContactState {
  return { ...state, scoreTold: scoreAt(state, state.recordedAt) };
}

function scored(state: ContactState, { data, recordedAt }: Recorded<ScoreAdded>): ContactState {
  if (data.expiresAt === undefined) return { ...state, score: state.score + data.points };
  return { ...state, grants: withGrant(state.grants, data.points, data.expiresAt, recordedAt) };
}

/** When an engagement counts: an occurredAt a little ahead of the clock counts at once. */
export function countsAt({
  occurredAt,
  recordedAt,
}: {
  readonly occurredAt: number;
  readonly recordedAt: number;
}): number {
  return Math.min(occurredAt, recordedAt);
}

/** `identity`: what `subject`, by default the contact's own key, is the subject of. */
function known(state: ContactState, identity: Identity | undefined, subject: Uuid = state.contactId): ContactState {
  if (!identity) return state;
  const { kind, value } = identity;
  // Named by its own id: that tells nothing new.
  if (kind === 'contact') return state;
  const identities =
    state.identities.length < MAX_IDENTITIES ? withItem(state.identities, `${kind}:${value}`) : state.identities;
  return kind === 'email' ? addressed({ ...state, identities }, subject, value) : { ...state, identities };
}

function addressed(state: ContactState, subject: Uuid, address: string): ContactState {
  const { addresses } = state;
  if (get(addresses, subject) !== undefined || Object.keys(addresses).length >= MAX_ADDRESSES) return state;
  return { ...state, addresses: put(addresses, subject, address) };
}

/** Above their number the one of longest ago is told anew if it is met again. */
function suggestedTo(suggested: ContactState['suggested'], alias: Uuid, at: number): ContactState['suggested'] {
  const next = put(suggested, alias, at);
  if (Object.keys(next).length <= MAX_SUGGESTED) return next;
  const oldest = Object.keys(next).reduce((a, b) => ((next[b] as number) < (next[a] as number) ? b : a));
  return drop(next, oldest);
}

function engaged(state: ContactState, event: Recorded<EngagementRecorded>): ContactState {
  const met = {
    ...known(state, event.pii.identity, event.data.subject),
    engagements: state.engagements + 1,
  };
  if (event.data.ambiguous) return met;
  return {
    ...metClick(met, event, countsAt(event)),
    last: lastOf(met, event),
    counters: countersOf(met, event),
    suppressions: suppressionsOf(met, event),
    settling: metSettling(met.settling, event),
  };
}

/** As if it had been known from the first that a machine clicked. */
function recounted(
  { counters }: ContactState,
  { data, pii, recordedAt }: Recorded<EngagementReclassified>,
): ContactState['counters'] {
  let next = counters;
  for (const id of pii.uncounted) {
    const buckets = uncounted(get(next, id), data.countedAt, recordedAt);
    next = buckets ? put(next, id, buckets) : drop(next, id);
  }
  for (const id of pii.counted) {
    const buckets = counted(get(next, id), data.countedAt, recordedAt);
    if (buckets) next = put(next, id, buckets);
  }
  return next;
}

function lastOf({ last }: ContactState, event: Recorded<EngagementRecorded>): ContactState['last'] {
  const type = event.data.engagement;
  const before = get(last, type);
  if (before === undefined && Object.keys(last).length >= MAX_TYPES) return last;
  const at = countsAt(event);
  return before !== undefined && before >= at ? last : put(last, type, at);
}

function countersOf({ counters }: ContactState, event: Recorded<EngagementRecorded>): ContactState['counters'] {
  let next = counters;
  for (const id of event.pii.counted ?? []) {
    const buckets = counted(get(next, id), countsAt(event), event.recordedAt);
    if (buckets) next = put(next, id, buckets);
  }
  return next;
}

/** A repeated suppression moves the time up to which a resubscription is too old; a resubscription, that of older suppressions. */
function suppressionsOf(
  { suppressions, contactId }: ContactState,
  event: Recorded<EngagementRecorded>,
): ContactState['suppressions'] {
  const subject = event.data.subject ?? contactId;
  const ofSubject = get(suppressions, subject) ?? {};
  const changed = metSuppressing(metResubscribed(ofSubject, event), event);
  return changed === ofSubject ? suppressions : put(suppressions, subject, changed);
}

function notified(state: ContactState, effectId: Uuid, to: NotificationState): ContactState {
  const notifications = state.notifications.some((one) => one.effectId === effectId)
    ? state.notifications.map((one) => (one.effectId === effectId ? { effectId, state: to } : one))
    : [...state.notifications, { effectId, state: to }];
  if (notifications.length <= MAX_NOTIFICATIONS) return { ...state, notifications };
  const done = notifications.findIndex((one) => one.state === 'done');
  return { ...state, notifications: notifications.toSpliced(Math.max(0, done), 1) };
}

/** What no window reaches any more is left out at every event, so that the state depends on its events alone, not on when it was read. */
function withoutPast(met: ContactState): ContactState {
  const state = withoutOld(met);
  const now = state.recordedAt;
  const counters = mapValues(state.counters, (buckets) => pruned(buckets, now));
  const firings = mapValues(state.firings, (times) => unexpired(times, now));
  const grants = unexpiredGrants(state.grants, now);
  const same = counters === state.counters && firings === state.firings && grants === state.grants;
  return same ? state : { ...state, counters, firings, grants };
}

function unexpired(times: readonly number[], now: number): readonly number[] | null {
  if (times.every((until, i) => i % 2 === 0 || until > now)) return times;
  const kept: number[] = [];
  for (let i = 0; i < times.length; i += 2) {
    if ((times[i + 1] as number) > now) kept.push(times[i] as number, times[i + 1] as number);
  }
  return kept.length === 0 ? null : kept;
}
