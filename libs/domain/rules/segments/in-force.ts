/** The segments in force, indexed by what their conditions read. */

import { inOrder } from './order.js';
import { EVERYTHING } from './reads.js';
import type { CompiledSegment } from './segment.js';

export interface SegmentsInForce {
  /** Those that others ask for before those that ask. */
  readonly all: readonly CompiledSegment[];
  /** Those that may change by time alone, in the same order. */
  readonly timed: readonly CompiledSegment[];
  named(name: string): CompiledSegment | null;
  /** Those whose condition reads this (reads.ts). */
  reading(key: string): readonly CompiledSegment[];
}

export function segmentsInForce(segments: readonly CompiledSegment[]): SegmentsInForce {
  const all = inOrder(segments);
  const byName = new Map(all.map((one) => [one.name, one]));
  const byKey = new Map<string, CompiledSegment[]>();
  for (const segment of all)
    for (const key of segment.if.reads) {
      const same = byKey.get(key);
      if (same) same.push(segment);
      else byKey.set(key, [segment]);
    }
  const always = byKey.get(EVERYTHING) ?? [];
  return {
    all,
    timed: all.filter((segment) => segment.if.timed),
    named: (name) => byName.get(name) ?? null,
    reading: (key) => (key === EVERYTHING ? all : [...(byKey.get(key) ?? []), ...always]),
  };
}
