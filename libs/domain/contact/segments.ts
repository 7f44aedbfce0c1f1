/**
 * Membership in segments, brought up to date after what was recorded: only of those that read what has changed (rules/segments/reads.ts),
 * or that time may have changed. One that was published since the contact was judged last takes it in as it was before the input, silently:
 * only what changes from there on triggers.
 */
import type { TimerWish } from '#contracts/decision.js';
import type { Uuid } from '#contracts/ids.js';
import type { Json } from '#contracts/json.js';
import type { RulesInForce } from '#domain/rules/in-force.js';
import { ENGINE } from '#domain/rules/rule.js';
import { judged, nextChange, scopeOf } from '#domain/rules/segments/next-change.js';
import { timerKey, touchedBy } from '#domain/rules/segments/reads.js';
import type { CompiledSegment } from '#domain/rules/segments/segment.js';
import { get, put } from './dict.js';
import { purposeOfSegment, SEGMENTS, segmentOf } from './purposes.js';
import type { Recording } from './recording.js';
import { messageOf, seen } from './seen-values.js';
import type { ContactState } from './state.js';

export interface Judging {
  /** The input. */
  readonly input: Uuid;
  /** What changed triggers nothing. */
  readonly silent: boolean;
  /** The contact is shown to what was published: all that it was not judged under yet is looked at. */
  readonly takeIn?: boolean;
  /** All of them are asked. */
  readonly all?: boolean;
}

/** Answers whether anything was recorded. */
export function judgeSegments(
  recording: Recording,
  { segments, countersKey }: RulesInForce,
  judging: Judging,
): boolean {
  const { state, segments: done } = recording;
  const known = Object.keys(state.segments);
  if ((segments.all.length === 0 && known.length === 0) || state.version === 0) return false;
  if (state.deleted || state.linkedTo !== null) return false;
  // By a merge: they are counted anew when the contact is loaded next.
  done.lacked = state.countersKey !== countersKey;
  if (done.lacked) return false;
  const { length } = recording.events;
  for (const name of known) if (segments.named(name) === null) retire(recording, name, judging.input);
  const toAsk = changed(recording, segments, judging);
  if (toAsk.size > 0)
    for (const segment of segments.all) {
      const cause = toAsk.get(segment);
      if (cause === undefined) continue;
      const from = recording.events.length;
      ask(recording, segment, cause, judging);
      for (const event of recording.events.slice(from))
        for (const key of touchedBy(event))
          for (const reader of segments.reading(key)) if (!toAsk.has(reader)) toAsk.set(reader, event);
    }
  done.looked = recording.events.length;
  return recording.events.length > length;
}

/** What made it be asked: an event of this decision, or the input itself. */
interface Cause {
  readonly id: Uuid;
  readonly type: string;
}

function changed(
  { state, events, now, segments: done }: Recording,
  segments: RulesInForce['segments'],
  { input, takeIn = false, all = false }: Judging,
): Map<CompiledSegment, Cause> {
  const toAsk = new Map<CompiledSegment, Cause>();
  const add = (segment: CompiledSegment, cause: Cause): void => {
    if (toAsk.has(segment)) return;
    toAsk.set(segment, cause);
    // What it asks for may not have taken the contact in yet.
    for (const name of segment.if.segments) {
      const asked = segments.named(name);
      if (asked && get(state.segments, name)?.version !== asked.version) add(asked, cause);
    }
  };
  const itself = { id: input, type: 'input' };
  if (done.looked === 0) {
    if (isFresh(done.start)) for (const segment of segments.all) add(segment, events[0] ?? itself);
    for (const segment of segments.timed)
      if ((get(done.start.timers, purposeOfSegment(segment.name)) ?? Number.POSITIVE_INFINITY) <= now)
        add(segment, dueOf(events, segment) ?? itself);
  }
  if (all) for (const segment of segments.all) add(segment, events[0] ?? itself);
  if (takeIn)
    for (const segment of segments.all)
      if (get(state.segments, segment.name)?.version !== segment.version) add(segment, itself);
  for (const event of events.slice(done.looked))
    for (const key of touchedBy(event)) for (const segment of segments.reading(key)) add(segment, event);
  return toAsk;
}

function dueOf(events: Recording['events'], { name }: CompiledSegment): Cause | undefined {
  const key = timerKey(purposeOfSegment(name));
  return events.find((event) => touchedBy(event).includes(key));
}

/** Nothing was there that could be taken in: a contact of which this is the first that is known, or that was forgotten. */
function isFresh({ version, deleted }: ContactState): boolean {
  return version === 0 || deleted;
}

function ask(recording: Recording, segment: CompiledSegment, cause: Cause, { input, silent }: Judging): void {
  const { segments: done } = recording;
  const { name, version } = segment;
  done.asked.add(segment);
  const isKnown = get(recording.state.segments, name)?.version === version;
  if (!isKnown && !isFresh(done.start) && !done.tookIn.has(segment)) {
    done.tookIn.add(segment);
    const before = { ...done.start, segments: done.before };
    if (settle(recording, segment, before, { cause: input, silent: true, action: 'taken in' })) {
      const known = get(recording.state.segments, name);
      if (known) done.before = put(done.before, name, known);
    }
  }
  // What a merge changes nobody wrote.
  const quiet = silent || cause.type === 'merged';
  settle(recording, segment, recording.state, { cause: cause.id, silent: quiet, action: 'changed' });
}

/** Records that membership is as the condition says of these facts; nothing where it was so. */
function settle(
  recording: Recording,
  segment: CompiledSegment,
  facts: ContactState,
  { cause, silent, action }: { readonly cause: Uuid; readonly silent: boolean; readonly action: string },
): boolean {
  const { name, version } = segment;
  const { holds, error } = judged(segment, facts, recording.now);
  const isMember = (get(recording.state.segments, name)?.since ?? null) !== null;
  if (holds === isMember) return false;
  const data = { segment: name, version, engine: ENGINE, ...(silent ? { silent } : {}) };
  const origin = { cause, decision: `segment ${name}`, action: `${holds ? 'entered' : 'left'} ${action}` };
  const values = valuesSeen(segment, facts, recording.now);
  if (holds) recording.record({ type: 'segment_entered', v: 1, data, pii: { values } }, origin);
  else {
    const pii = { values, ...(error === null ? {} : { error: messageOf(error) }) };
    recording.record({ type: 'segment_left', v: 1, data, pii }, origin);
  }
  return true;
}

function valuesSeen(segment: CompiledSegment, facts: ContactState, now: number): { readonly [name: string]: Json } {
  const scope = scopeOf(segment, facts, now);
  return Object.fromEntries(segment.if.readings.map(({ name, value }) => [name, seen(() => value(scope))]));
}

function retire(recording: Recording, name: string, input: Uuid): void {
  const known = get(recording.state.segments, name);
  if (!known) return;
  const data = { segment: name, version: known.version, engine: ENGINE, silent: true, retired: true } as const;
  const origin = { cause: input, decision: `segment ${name}`, action: 'retired' };
  recording.record({ type: 'segment_left', v: 1, data, pii: { values: {} } }, origin);
}

/** What a wish of a segment says beside purpose and time: under which version the contact was judged. */
export interface SegmentWish extends TimerWish {
  readonly version?: number;
}

/** When the segments that were asked are to be asked again. One that is judged under a new version says so also where its timer is set. */
export function segmentWishes({ state, now, segments: done }: Recording): readonly SegmentWish[] {
  if (done.lacked) return [{ purpose: SEGMENTS, dueAt: now + 1 }];
  const wishes: SegmentWish[] = [];
  for (const segment of done.asked) {
    if (!segment.if.timed) continue;
    const { name, version } = segment;
    const purpose = purposeOfSegment(name);
    const armed = get(state.timers, purpose);
    const next = nextChange(segment, state, now, armed ?? Number.POSITIVE_INFINITY);
    const isKnown = get(state.segments, name)?.version === version;
    if (next !== null) wishes.push({ purpose, dueAt: next, version });
    else if (armed !== undefined && !isKnown) wishes.push({ purpose, dueAt: armed, version });
  }
  return wishes;
}

/** Whether this wish is on record already: a timer is moved only earlier, and a new version says that it has judged. */
export function isArmed({ timers, segments }: ContactState, wish: SegmentWish): boolean {
  const before = get(timers, wish.purpose);
  if (before === undefined || before > wish.dueAt) return false;
  const segment = segmentOf(wish.purpose);
  return segment === null || wish.version === undefined || get(segments, segment)?.version === wish.version;
}
