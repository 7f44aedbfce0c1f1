import { readFileSync } from 'node:fs';

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not Linux, or the process is gone: both mean that nothing is known.
    return null;
  }
}

/**
 * What tells a process from a later one with the same pid: the boot and the tick of its start (proc_pid_stat(5),
 * field 22). Null where /proc is not there.
 */
export function processBirth(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The command's name, in parentheses, may hold spaces: count from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? null : `${read('/proc/sys/kernel/random/boot_id')?.trim()}/${fields[19]}`;
}

/** The arguments a process was started with; null when it is gone or cannot be seen. */
export function processArguments(pid: number): readonly string[] | null {
  return read(`/proc/${pid}/cmdline`)?.split('\0').filter(Boolean) ?? null;
}

/** Is there a process of this pid? One of another user counts. */
export function processExists(pid: number): boolean {
  if (read('/proc/self/stat') !== null) return processBirth(pid) !== null;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
