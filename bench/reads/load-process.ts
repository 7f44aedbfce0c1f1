/** Keeps the pipeline at work: single events of a campaign, open-loop, until it is told to stop. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '../http/connection.js';
import { type Target, writerFor } from '../http/requests.js';
import { campaign } from '../load/campaign.js';
import { serve } from '../world/child.js';

export const PER_SECOND = 100;
const SEED = 2;

/** `refused`: told to come again, as a busy machine may. */
export interface Load {
  readonly sent: number;
  readonly refused: number;
}

let running: Promise<Load> | null = null;
let goingOn = true;

async function send(target: Target): Promise<Load> {
  const write = writerFor(target);
  const load = campaign(SEED, Date.now());
  const free: Connection[] = [];
  const waiting = new Set<Promise<void>>();
  const began = performance.now();
  let [sent, refused] = [0, 0];
  for (; goingOn; sent += 1) {
    const request = write([load.next().value.event]);
    const early = began + (sent * 1000) / PER_SECOND - performance.now();
    if (early > 0) await sleep(early);
    const connection = free.pop() ?? (await Connection.open(target.url));
    const answered: Promise<void> = connection.send(request).then((status) => {
      if (status === 503) refused += 1;
      else if (status !== 200) throw new Error(`an event was answered ${status}`);
      free.push(connection);
      waiting.delete(answered);
    });
    waiting.add(answered);
  }
  await Promise.all(waiting);
  for (const connection of free) connection.close();
  return { sent, refused };
}

serve(
  {
    start(target: Target): void {
      running = send(target);
      // Whoever asks for the end is told.
      running.catch(() => undefined);
    },
    stop(): Promise<Load> {
      goingOn = false;
      return running ?? Promise.resolve({ sent: 0, refused: 0 });
    },
  },
  async () => undefined,
);
