/** Vectors of lanes, as a rebuild compares and moves them. Pure. */
import type { LaneProgress } from '#engine/projection/store.js';

/** How many events lie between two vectors. */
export function distance(from: readonly LaneProgress[], to: readonly LaneProgress[]): number {
  const firsts = new Map(from.map(({ lane, next }) => [lane, next]));
  return to.reduce((sum, { lane, next }) => sum + Math.max(0, next - (firsts.get(lane) ?? 0)), 0);
}

/** `to`, or where `most` events a lane from `from` on are. */
export function towards(from: readonly LaneProgress[], to: readonly LaneProgress[], most: number): LaneProgress[] {
  const firsts = new Map(from.map(({ lane, next }) => [lane, next]));
  return to.map(({ lane, next }) => ({ lane, next: Math.min(next, (firsts.get(lane) ?? 0) + most) }));
}
