/** Clients that read: each asks, takes the whole answer, pauses, asks again. And one that walks the feed of changes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '../http/connection.js';
import { serve } from '../world/child.js';
import { type Kind, pathOf } from './questions.js';

export interface ReadWish {
  readonly url: string;
  readonly key: string | null;
  readonly kind: Kind;
  readonly clients: number;
  readonly contacts: number;
  readonly seconds: number;
  /** Between an answer and the next question, on average. */
  readonly pauseMs: number;
}

/** Milliseconds from question to the whole answer; `at`: number of the question. */
export interface Answered {
  readonly at: number;
  readonly ms: number;
}

async function read({ url, key, kind, clients, contacts, seconds, pauseMs }: ReadWish): Promise<readonly Answered[]> {
  const { host } = new URL(url);
  const authorization = key === null ? '' : `authorization: Bearer ${key}\r\n`;
  const took: Answered[] = [];
  const until = performance.now() + seconds * 1000;
  const client = async (first: number): Promise<void> => {
    const connection = await Connection.open(url);
    await sleep((first * pauseMs) / clients);
    for (let at = first; performance.now() < until; at += clients) {
      const path = pathOf(kind, at, contacts);
      const began = performance.now();
      const status = await connection.send(
        Buffer.from(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\n${authorization}\r\n`),
      );
      took.push({ at, ms: performance.now() - began });
      if (status !== 200) throw new Error(`${path} was answered ${status}`);
      // Never all at once: a hash of the number spreads them.
      await sleep(((at * 7_919) % 200) * (pauseMs / 100));
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: clients }, (_, n) => client(n)));
  return took;
}

/** Changes that one reader gets per second from the beginning of the feed to its end. */
async function walk({
  url,
  key,
}: {
  readonly url: string;
  readonly key: string;
}): Promise<{ changes: number; seconds: number }> {
  const headers = { authorization: `Bearer ${key}` };
  const began = performance.now();
  let [changes, after] = [0, ''];
  for (;;) {
    const response = await fetch(`${url}/v1/changes?limit=1000${after === '' ? '' : `&after=${after}`}`, { headers });
    if (!response.ok) throw new Error(`the feed was answered ${response.status}: ${await response.text()}`);
    const page = (await response.json()) as { items: unknown[]; next: string; more: boolean };
    changes += page.items.length;
    after = page.next;
    if (!page.more) return { changes, seconds: (performance.now() - began) / 1000 };
  }
}

serve({ read, walk }, async () => undefined);
