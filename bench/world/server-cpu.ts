/** CPU that a database server and all of its backends have spent, as Linux counts it; NaN elsewhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second on every machine of today. */
const TICKS_PER_SECOND = 100;

/** Seconds. `pid`: the server's first process. What a backend that ended has spent is counted with its parent. */
export function serverCpuSeconds(pid: number): number {
  if (!existsSync(`/proc/${pid}/stat`)) return Number.NaN;
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = statOf(name);
    if (stat === null) continue;
    if (Number(name) === pid) ticks += stat.own + stat.children;
    else if (stat.parent === pid) ticks += stat.own;
  }
  return ticks / TICKS_PER_SECOND;
}

/** Null when the process has just ended. Source: proc(5), fields 4 (ppid) and 14–17 (utime, stime, cutime, cstime). */
function statOf(pid: string): { readonly parent: number; readonly own: number; readonly children: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent, user, system, childrenUser, childrenSystem] = [1, 11, 12, 13, 14].map((at) => fields[at] as number);
    return {
      parent: parent as number,
      own: (user as number) + (system as number),
      children: (childrenUser as number) + (childrenSystem as number),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH')
      return null;
    throw error;
  }
}
