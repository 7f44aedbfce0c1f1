/** Processes by their parents, as Linux tells them in /proc: a database is its postmaster and every backend of it. */
import { readdirSync, readFileSync } from 'node:fs';

/** `pid` and all that descend from it. */
export function treeOf(pid: number): readonly number[] {
  const children = Map.groupBy(parents(), ({ parent }) => parent);
  const tree = [pid];
  for (let at = 0; at < tree.length; at += 1)
    tree.push(...(children.get(tree[at] as number) ?? []).map(({ child }) => child));
  return tree;
}

/** One that is gone already is passed over. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function parents(): readonly { readonly child: number; readonly parent: number }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const parent = parentOf(name);
      return parent === null ? [] : [{ child: Number(name), parent }];
    });
}

/** The fourth field of stat (proc(5)); the second is the command in brackets and may hold anything. Null: gone meanwhile. */
function parentOf(pid: string): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return null;
    throw error;
  }
}
