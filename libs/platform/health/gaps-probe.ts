/** Times of which a source may not have told everything: said until somebody fills or settles them. */
import { type KnownGap, unsettledGaps } from '#adapters/postgres/gaps/gaps.js';
import type { Pool } from '#adapters/postgres/pool.js';
import { fillCommand } from '#engine/gaps/gap.js';
import type { Probe } from './watched.js';

/** After that no provider has the events any more. */
const SHOWN_MS = 30 * 24 * 3_600_000;
const MOST = 20;

/** Notes, not troubles: what does come is taken. */
export function gapsProbe(pool: Pool, clock: () => number): Probe {
  return {
    part: 'gaps',
    troubles: async () => [],
    notes: async () => (await unsettledGaps(pool, clock() - SHOWN_MS, MOST)).map(sayGap),
  };
}

export function sayGap({
  kind,
  source,
  workspace,
  from,
  to,
}: Pick<KnownGap, 'kind' | 'source' | 'workspace' | 'from' | 'to'>): string {
  const fill = `fill the gap with what the provider exports: ${fillCommand(source, workspace)}`;
  const which = `source ${source} of workspace ${workspace}`;
  if (kind === 'outage')
    return `Ingest was away for longer than the provider of ${which} retries: events from ${iso(from)} to ${iso(to ?? from)} may be lost; ${fill}`;
  return to === null
    ? `Nothing comes from ${which} since ${iso(from)}, against its habit: look whether its provider still calls; then ${fill}`
    : `Nothing came from ${which} from ${iso(from)} to ${iso(to)}, against its habit: ${fill}`;
}

const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`;
