/** A time of which a source may not have told everything. */
import type { Uuid } from '#contracts/ids.js';

/** `silence`: it fell silent against its habit; `outage`: we were away for longer than its provider retries. */
export type GapKind = 'silence' | 'outage';

/** Times in milliseconds. */
export interface SourceGap {
  readonly workspaceId: Uuid;
  readonly sourceId: Uuid;
  readonly kind: GapKind;
  readonly from: number;
  /** Null while it lasts. */
  readonly to: number | null;
}

/** The command that fills it with what the provider exports. */
export function fillCommand(source: string, workspace: string): string {
  return `afterclick sources import ${source} FILE --workspace ${workspace}`;
}
