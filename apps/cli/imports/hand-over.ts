/** A file of this machine → an import of the running instance: announced by its hash, handed over in pieces, watched to its end. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Imported } from '../answers.js';
import type { ApiClient } from '../api-client.js';
import { UsageError } from '../failure.js';

export interface FileFacts {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/** Rejects with UsageError when it is empty; with the system's error when it cannot be read. */
export async function factsOf(path: string): Promise<FileFacts> {
  const { size } = await stat(path);
  if (size === 0) throw new UsageError(`${path} is empty.`);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return { path, size, sha256: hash.digest('hex') };
}

const FORMATS: Readonly<Record<string, string>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.txt': 'csv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.json': 'json',
};

/** By what is told, else by the file's ending. Throws UsageError with those that may be told. */
export function formatOf(path: string, told: string | undefined, known: readonly string[]): string {
  const format = told ?? FORMATS[extname(path).toLowerCase()];
  if (format !== undefined && known.includes(format)) return format;
  const what = told === undefined ? `The ending of ${path} says no format` : `The format ${told} is not known here`;
  throw new UsageError(`${what}: give --format ${known.join(' or ')}.`);
}

/** Bytes of one request: small enough to be there within seconds. */
const PIECE = 4 * 1024 * 1024;

/** Sends what of the file is not there yet; what came before a break stays. */
export async function handOver(
  api: ApiClient,
  imported: Imported,
  { path, size }: FileFacts,
  say: (text: string) => void,
): Promise<Imported> {
  let now = imported;
  const file = await open(path);
  try {
    while (now.state === 'receiving') {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(PIECE), 0, PIECE, now.received);
      now = await api.upload<Imported>(
        `/v1/imports/${now.id}/content`,
        { offset: now.received },
        buffer.subarray(0, bytesRead),
      );
      say(`Handed over ${Math.floor((100 * now.received) / size)} % …`);
    }
    return now;
  } finally {
    await file.close();
  }
}

const LOOK_MS = 300;

export async function watched(api: ApiClient, id: string, say: (one: Imported) => void): Promise<Imported> {
  for (;;) {
    const now = await api.get<Imported>(`/v1/imports/${id}`);
    if (now.state === 'finished' || now.state === 'failed') return now;
    say(now);
    await delay(LOOK_MS);
  }
}

export async function fetchRejects(api: ApiClient, id: string, path: string): Promise<void> {
  await pipeline(await api.stream(`/v1/imports/${id}/rejects`, {}), createWriteStream(path, { mode: 0o600 }));
}
