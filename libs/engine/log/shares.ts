/** Which partitions a process takes and lets go of, so that live owners hold equal shares. Pure. */
import type { CheckpointRow } from './checkpoints.js';

/** A process that consumes a topic in a group. */
export interface Member {
  readonly owner: string;
  /** Partitions it can take: fewer than all when some stopped in it for good. */
  readonly wants: number;
}

/** Who consumes now; kept beside the checkpoints. */
export interface Members {
  /** Says that `member` is alive for the next lease; answers all that are, itself included. */
  beat(group: string, topic: string, member: Member): Promise<readonly Member[]>;
  leave(group: string, topic: string, owner: string): Promise<void>;
}

/** Equal shares of `partitions`, none above what its member wants; the rest goes to the first in order of name. */
export function fairShares(partitions: number, members: readonly Member[]): ReadonlyMap<string, number> {
  const order = [...members].sort((a, b) => (a.owner < b.owner ? -1 : 1));
  const shares = new Map(order.map((member) => [member.owner, 0]));
  for (let left = partitions; left > 0; ) {
    const open = order.filter((member) => (shares.get(member.owner) ?? 0) < member.wants);
    if (open.length === 0) break;
    const least = Math.min(...open.map((member) => shares.get(member.owner) ?? 0));
    for (const member of open.filter((one) => shares.get(one.owner) === least).slice(0, left)) {
      shares.set(member.owner, least + 1);
      left -= 1;
    }
  }
  return shares;
}

export interface Moves {
  readonly take: readonly number[];
  readonly release: readonly number[];
}

/**
 * What `me` should do now. It takes free partitions up to its share, first those that are its own and do not run here (`running`): one
 * that it could not take again. It lets go of what is above its share only while another member lacks some and none is free, so that a
 * partition that nobody else can run is not passed around. `stopped`: those it will not take.
 */
export function movesOf(
  me: string,
  partitions: number,
  members: readonly Member[],
  rows: readonly CheckpointRow[],
  { running, stopped }: { readonly running: ReadonlySet<number>; readonly stopped: ReadonlySet<number> },
): Moves {
  const owners = new Map(rows.map((row) => [row.partition, row.owner]));
  const all = Array.from({ length: partitions }, (_, partition) => partition);
  const held = (owner: string) => all.filter((partition) => owners.get(partition) === owner);
  const free = all.filter((partition) => (owners.get(partition) ?? null) === null);
  const shares = fairShares(partitions, members);
  const share = shares.get(me) ?? 0;
  const mine = held(me);
  const takeable = [...mine, ...free].filter((partition) => !running.has(partition) && !stopped.has(partition));
  const lacking = share - mine.filter((partition) => running.has(partition)).length;
  if (lacking > 0) return { take: takeable.slice(0, lacking), release: [] };
  const hungry = members.some(
    (other) => other.owner !== me && held(other.owner).length < (shares.get(other.owner) ?? 0),
  );
  return { take: [], release: mine.length > share && hungry && free.length === 0 ? mine.slice(share) : [] };
}
