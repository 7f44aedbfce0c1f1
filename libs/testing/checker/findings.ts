/** What is wrong, one sentence each, by kind. */
export interface Findings {
  readonly lost: readonly string[];
  readonly duplicated: readonly string[];
  readonly stuck: readonly string[];
  readonly misordered: readonly string[];
}

export const KINDS = ['lost', 'duplicated', 'stuck', 'misordered'] as const satisfies readonly (keyof Findings)[];

export function allRight(findings: Findings): boolean {
  return KINDS.every((kind) => findings[kind].length === 0);
}

/** `lost=0 duplicated=0 stuck=0 misordered=0` */
export function verdictLine(findings: Findings): string {
  return KINDS.map((kind) => `${kind}=${findings[kind].length}`).join(' ');
}

/** How often each item occurs. */
export function tally(items: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}
