/** The sender of `overload`, a process of its own: as fast as it is answered, or by the clock whatever comes back. */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '../http/connection.js';
import { type Target, writerFor } from '../http/requests.js';
import { firstOf } from '../load/campaign.js';
import { serve } from '../world/child.js';
import { addressesOf } from './addresses.js';

export interface Prepared {
  readonly target: Target;
  /** Number of its first request: no two have a contact in common. */
  readonly first: number;
  readonly requests: number;
  /** Events of a request. */
  readonly events: number;
}

export interface Flood {
  readonly perSecond: number;
  /** Connections at most: a request that finds none is not sent. */
  readonly connections: number;
}

export interface Flooded {
  /** Numbers of the requests that were answered 200. */
  readonly accepted: readonly number[];
  /** Answered otherwise, by status. */
  readonly refused: Readonly<Record<string, number>>;
  /** The connection broke before an answer. */
  readonly broken: number;
  /** Every connection waited for an answer. */
  readonly unsent: number;
  /** Of the flood alone, from its first request to its last. */
  readonly seconds: number;
  /** Milliseconds from a request to its answer, whatever it is; 99 of 100 came sooner. */
  readonly answeredMs: number;
  /** From the end of the flood to a request answered 200. */
  readonly recoverSeconds: number;
}

const TICK_MS = 5;
const PATIENCE_MS = 60_000;

let prepared: readonly Buffer[] = [];
let wished: Prepared | null = null;

const wish = (): Prepared => {
  if (wished === null) throw new Error('nothing is prepared');
  return wished;
};

serve(
  {
    /** Writes and signs all requests. They are good for five minutes. */
    prepare(asked: Prepared): void {
      const { target, first, requests, events } = asked;
      const write = writerFor(target);
      const sample = firstOf(1, Date.now(), events).map(({ event }) => event);
      prepared = Array.from({ length: requests }, (_, n) => {
        const addresses = addressesOf(first + n, events);
        return write(sample.map((event, at) => ({ ...event, email: addresses[at] as string })));
      });
      wished = asked;
    },
    /** Sends all, one under way on each connection, those that are refused again; answers how many are accepted a second. */
    async sustain(connections: number): Promise<number> {
      const { url } = wish().target;
      const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(url)));
      let next = 0;
      const began = performance.now();
      await Promise.all(
        open.map(async (connection) => {
          while (next < prepared.length) await accepted(connection, prepared[next++] as Buffer);
          connection.close();
        }),
      );
      return prepared.length / ((performance.now() - began) / 1000);
    },
    flood,
  },
  async () => undefined,
);

/** Sends all but the last by the clock, then the last until it is accepted. */
async function flood({ perSecond, connections }: Flood): Promise<Flooded> {
  const { target, first } = wish();
  const taken: number[] = [];
  const refused: Record<string, number> = {};
  const idle: Connection[] = [];
  const under = new Set<Promise<void>>();
  const answered: number[] = [];
  let [open, broken, unsent] = [0, 0, 0];
  const send = async (n: number): Promise<void> => {
    let connection = idle.pop();
    if (connection === undefined) open += 1;
    const sent = performance.now();
    try {
      connection ??= await Connection.open(target.url);
      const status = await connection.send(prepared[n] as Buffer);
      answered.push(performance.now() - sent);
      if (status === 200) taken.push(first + n);
      else refused[status] = (refused[status] ?? 0) + 1;
      idle.push(connection);
    } catch {
      // Refused by the system, or closed by the server: it sent no answer, so nothing was promised.
      broken += 1;
      open -= 1;
      connection?.close();
    }
  };
  const last = prepared.length - 1;
  const began = performance.now();
  for (let n = 0; n < last; ) {
    const due = Math.min(last, Math.floor(((performance.now() - began) / 1000) * perSecond));
    for (; n < due; n += 1) {
      if (idle.length === 0 && open >= connections) unsent += 1;
      else {
        const sent: Promise<void> = send(n).finally(() => under.delete(sent));
        under.add(sent);
      }
    }
    await sleep(TICK_MS);
  }
  const seconds = (performance.now() - began) / 1000;
  const recoverSeconds = await recovered(target.url, prepared[last] as Buffer);
  taken.push(first + last);
  await Promise.all(under);
  for (const connection of idle) connection.close();
  const answeredMs = answered.sort((one, other) => one - other)[Math.floor(answered.length * 0.99)] ?? 0;
  return { accepted: taken, refused, broken, unsent, seconds, answeredMs, recoverSeconds };
}

async function recovered(url: string, request: Buffer): Promise<number> {
  const began = performance.now();
  const connection = await Connection.open(url);
  await accepted(connection, request);
  connection.close();
  return (performance.now() - began) / 1000;
}

/** Sends until it is answered 200. Rejects when that takes a minute. */
async function accepted(connection: Connection, request: Buffer): Promise<void> {
  const began = performance.now();
  while ((await connection.send(request)) !== 200) {
    if (performance.now() - began > PATIENCE_MS) throw new Error('it took nothing in for a minute');
    await sleep(TICK_MS);
  }
}
