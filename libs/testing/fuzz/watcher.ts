/** Ends the process when one input of a parser never ends: from another thread, for the first one is busy with it. */
import { writeSync } from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

/** Far beyond what counts as a hang, so that a slow input is told with its figures. */
const STUCK_MS = 30_000;
const LOOK_MS = 1_000;
const IDLE = -1;

/** `at`: to be called with the number of the input that is read now; null while none is. */
export function watch(seed: number): (number: number | null) => void {
  const shared = new Int32Array(new SharedArrayBuffer(4)).fill(IDLE);
  new Worker(new URL(import.meta.url), { workerData: { shared, seed } }).unref();
  return (number) => {
    shared[0] = number ?? IDLE;
  };
}

function look({ shared, seed }: { readonly shared: Int32Array; readonly seed: number }): void {
  let last = IDLE;
  let since = performance.now();
  setInterval(() => {
    const number = Atomics.load(shared, 0);
    if (number !== last || number === IDLE) since = performance.now();
    last = number;
    if (performance.now() - since < STUCK_MS) return;
    writeSync(2, `parsers: input ${number} of --seed ${seed} does not end\n`);
    process.kill(process.pid, 'SIGKILL');
  }, LOOK_MS);
}

if (!isMainThread && workerData?.shared instanceof Int32Array) look(workerData);
