/** What the figures were measured on; they mean little without it. */
import { cpus, loadavg, totalmem } from 'node:os';

export function machine(): string {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'}, ${memory} GB, Node ${process.versions.node}`;
}

/** How busy the machine was by itself. */
export function loadNow(): string {
  return `load ${loadavg()
    .slice(0, 2)
    .map((load) => load.toFixed(1))
    .join(' / ')} (1 / 5 min)`;
}
