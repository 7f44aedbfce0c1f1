/** The memory of an import does not grow with its file: a process that holds so much of a long file as of a short one. */
import { readdirSync, readFileSync } from 'node:fs';
import type { z } from 'zod';
import type { importShown } from '#apps/api/imports/import-schemas.js';
import { type RunningEngine, runningEngine } from '#testing/api/running-engine.js';
import { until } from '#testing/until.js';

type Shown = z.infer<typeof importShown>;

let engine: RunningEngine;
beforeAll(async () => {
  engine = await runningEngine();
}, 60_000);
afterAll(() => engine.stop());

const NOTE = 'n'.repeat(10_000);
const PIECE_ROWS = 400;

/** So many rows of ten kilobytes, one in ten without an address; told as a dry run, for what is written is not the importer's memory. */
async function handOver(rows: number): Promise<string> {
  const line = (n: number) => `${n % 10 === 0 ? 'nobody' : `wide-${String(n).padStart(9, '0')}@example.com`},${NOTE}\n`;
  const piece = (from: number) =>
    `${from === 0 ? 'email,note\n' : ''}${Array.from({ length: PIECE_ROWS }, (_, n) => line(from + n)).join('')}`;
  let size = 0;
  for (let from = 0; from < rows; from += PIECE_ROWS) size += piece(from).length;
  const body = { format: 'csv', size, dryRun: true };
  const { id } = (await engine.ask<Shown>('/v1/imports', { method: 'POST', body })).body;
  const headers = { 'content-type': 'application/octet-stream' };
  for (let from = 0, offset = 0; from < rows; from += PIECE_ROWS) {
    const sent = piece(from);
    const path = `/v1/imports/${id}/content?offset=${offset}`;
    expect((await engine.ask(path, { method: 'PUT', body: sent, headers })).status).toBe(200);
    offset += sent.length;
  }
  return id;
}

/** Megabytes that the child process which runs imports held at most; 0 while there is none. */
function peakOfRunner(): number {
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${entry}/status`, 'utf8');
      if (Number(/\nPPid:\t(\d+)/.exec(status)?.[1]) !== process.pid) continue;
      if (!readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes('import-process.js')) continue;
      return Number(/\nVmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
    } catch (error) {
      if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  return 0;
}

async function peakOf(rows: number): Promise<number> {
  const id = await handOver(rows);
  let peak = 0;
  let last: Shown | null = null;
  await until(async () => {
    peak = Math.max(peak, peakOfRunner());
    last = (await engine.ask<Shown>(`/v1/imports/${id}`)).body;
    return last.state === 'finished' || last.state === 'failed';
  }, 120_000);
  expect(last).toMatchObject({ state: 'finished', rows, inputs: rows * 0.9, rejected: rows * 0.1, error: null });
  expect(peak).toBeGreaterThan(0);
  return peak;
}

it('holds of 360 MB what it holds of 60 MB, but for what V8 puts off tidying', async () => {
  const short = await peakOf(6_000);
  const long = await peakOf(36_000);
  expect(long - short).toBeLessThan(150);
}, 240_000);
