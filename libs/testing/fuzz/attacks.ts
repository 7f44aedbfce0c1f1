/** What is done to ingest over HTTP: the inputs of the parsers, and what is wrong with the request around them. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { type Input, inputOf } from './inputs.js';
import type { Wire } from './wire.js';

export interface Attack extends Wire {
  readonly name: string;
  /** Whose source is attacked. */
  readonly provider: string;
}

/** Larger than ingest takes, packed to next to nothing. */
const BOMB = Buffer.alloc(20_000_000, '[');
const BOMBS: readonly (readonly [coding: string, body: Buffer])[] = [
  ['gzip', gzipSync(BOMB)],
  ['gzip', gzipSync(gzipSync(BOMB))],
  ['deflate', deflateSync(BOMB)],
  ['br', brotliCompressSync(BOMB)],
];
/** As a slow body pauses. Long enough to be cut off, when there are enough parts. */
const PAUSE_MS = 150;

type Make = (path: string, input: Input) => Wire;

const whole = (...parts: (Buffer | string)[]): Wire => ({
  parts: [Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)))],
  pauseMs: 0,
});

function head(path: string, { request }: Input, more: Readonly<Record<string, string | number>>): string {
  const headers = { host: 'ingest.test', ...request.headers, ...more };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `${request.method} /ingest/${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

const plain: Make = (path, input) => {
  const { body } = input.request;
  return whole(head(path, input, { 'content-length': body.length }), body);
};

const bomb: Make = (path, input) => {
  const [coding, body] = input.random.pick(BOMBS);
  return whole(head(path, input, { 'content-encoding': coding, 'content-length': body.length }), body);
};

const packed: Make = (path, input) => {
  const { random, request } = input;
  const coding = random.pick(['gzip', 'deflate', 'br', 'x-gzip', 'zstd', 'gzip, gzip', '__proto__']);
  const body = random.chance(0.6) ? gzipSync(request.body) : request.body;
  return whole(head(path, input, { 'content-encoding': coding, 'content-length': body.length }), body);
};

const slow: Make = (path, input) => {
  const { body } = input.request;
  const parts = Array.from({ length: input.random.between(2, 12) }, (_, n) => body.subarray(n, n + 1));
  return {
    parts: [Buffer.from(head(path, input, { 'content-length': body.length + 50 }), 'latin1'), ...parts],
    pauseMs: PAUSE_MS,
  };
};

const slowHead: Make = (path, input) => {
  const text = Buffer.from(head(path, input, { 'content-length': 0 }), 'latin1');
  const at = Math.floor(input.random.next() * text.length);
  return { parts: [text.subarray(0, at), text.subarray(at)], pauseMs: PAUSE_MS };
};

const flood: Make = (path, input) => {
  const many = input.random.between(50, 3_000);
  const value = 'x'.repeat(input.random.pick([1, 10, 1_000]));
  const more = Object.fromEntries(Array.from({ length: many }, (_, n) => [`x-${n}`, value]));
  return whole(head(path, input, { 'content-length': 0, ...more }));
};

const oversize: Make = (path, input) => {
  const length = input.random.pick([100_001, 300_000, 2 ** 40, '9'.repeat(30), '-1', '0x10', '1e3', '1, 1']);
  return whole(head(path, input, { 'content-length': length }), Buffer.alloc(150_000, ' '));
};

const chunked: Make = (path, input) => {
  const { random, request } = input;
  const size = random.pick([request.body.length.toString(16), 'ffffffffffffffff', 'zz', '-1', '', '4']);
  return whole(
    head(path, input, { 'transfer-encoding': random.pick(['chunked', 'gzip, chunked', 'identity']) }),
    size,
    '\r\n',
    request.body,
    '\r\n0\r\n\r\n',
  );
};

const mangled: Make = (path, input) => {
  const { random, request } = input;
  const text = Buffer.concat([
    Buffer.from(head(path, input, { 'content-length': request.body.length }), 'latin1'),
    request.body,
  ]);
  for (let left = random.between(1, 5); left > 0; left -= 1)
    text[random.between(0, Math.min(300, text.length - 1))] = random.between(0, 255);
  return whole(text);
};

const PATHS = ['%', '%00', '..%2f..', '%ff', 'a'.repeat(5_000), '?x=%', '__proto__', 'constructor', '%F0%9F', ''];
const lost: Make = (_, input) => plain(input.random.pick(PATHS), input);

const cut: Make = (path, input) => {
  const { body } = input.request;
  return {
    parts: [Buffer.from(head(path, input, { 'content-length': body.length + 9, connection: 'close' }), 'latin1'), body],
    pauseMs: 0,
  };
};

/** By share. */
const ATTACKS: readonly (readonly [share: number, name: string, make: Make])[] = [
  [0.62, 'body', plain],
  [0.02, 'bomb', bomb],
  [0.07, 'packed', packed],
  [0.01, 'slow body', slow],
  [0.02, 'slow head', slowHead],
  [0.03, 'flood of headers', flood],
  [0.04, 'oversize', oversize],
  [0.07, 'chunked', chunked],
  [0.08, 'mangled', mangled],
  [0.03, 'lost', lost],
  [0.01, 'cut', cut],
];

/** The `number`th attack of a seed. `pathOf`: a source of the provider, signed or not. */
export function attackOf(seed: number, number: number, pathOf: (provider: string, signed: boolean) => string): Attack {
  const input = inputOf(seed, number);
  const { random } = input;
  const path = pathOf(input.provider, random.chance(0.2));
  let at = random.next();
  const chosen = ATTACKS.find(([share]) => {
    at -= share;
    return at < 0;
  });
  const [, name, make] = chosen ?? ATTACKS[0] ?? [0, 'body', plain];
  return { name, provider: input.provider, ...make(path, input) };
}
