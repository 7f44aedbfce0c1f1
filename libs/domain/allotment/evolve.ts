/** Folds one answer into the state. What no window reaches any more is left out at every event. */
import type { AllotmentEvent, Allotted } from './events.js';
import { type AllotmentState, type Grants, of } from './state.js';

export function evolve(before: AllotmentState, event: AllotmentEvent): AllotmentState {
  const state = withoutPast({ ...before, version: before.version + 1, recordedAt: event.recordedAt });
  return event.type === 'allotted' ? allotted(state, event) : state;
}

function allotted(state: AllotmentState, event: Allotted): AllotmentState {
  const { recordedAt: at, owner, turn, countsUntil, ownerCountsUntil } = event;
  const { grants, owners, round } = state;
  const counted = countsUntil === null ? grants : [...grants, at, countsUntil];
  if (owner === null) return { ...state, grants: counted };
  const ofOwner = of(owners, owner) ?? [];
  return {
    ...state,
    grants: counted,
    owners: ownerCountsUntil === null ? owners : sorted({ ...owners, [owner]: [...ofOwner, at, ownerCountsUntil] }),
    round: turn === null ? round : rounded(turn === 'new round' ? {} : round, owner),
  };
}

function rounded(round: AllotmentState['round'], owner: string): AllotmentState['round'] {
  return sorted({ ...round, [owner]: (of(round, owner) ?? 0) + 1 });
}

function withoutPast(state: AllotmentState): AllotmentState {
  const now = state.recordedAt;
  const owners = Object.entries(state.owners)
    .map(([owner, grants]) => [owner, unexpired(grants, now)] as const)
    .filter(([, grants]) => grants.length > 0);
  return { ...state, grants: unexpired(state.grants, now), owners: Object.fromEntries(owners) };
}

function unexpired(grants: Grants, now: number): Grants {
  const kept: number[] = [];
  for (let i = 0; i < grants.length; i += 2)
    if ((grants[i + 1] as number) > now) kept.push(grants[i] as number, grants[i + 1] as number);
  return kept;
}

function sorted<T>(all: { readonly [owner: string]: T }): { readonly [owner: string]: T } {
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}
