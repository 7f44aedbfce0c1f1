/** The body of a request as the bytes that were sent, whatever its content type says: signatures are over bytes. */
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { Gate } from '#engine/log/gate.js';

/** Why a body could not be had; `status` is the answer's. */
export class BodyError extends Error {
  constructor(
    readonly kind: 'too_large' | 'bad_encoding' | 'slow' | 'busy',
    readonly status: 400 | 408 | 413 | 415 | 503,
    message: string,
  ) {
    super(message);
  }
}

export interface BodyLimits {
  /** Bytes a body may have, packed and unpacked. */
  readonly maxBytes: number;
  /** Milliseconds it may take to arrive. */
  readonly timeoutMs: number;
  /** Asked for room as bytes come that were not declared, packed or not; false when there is none. */
  readonly grow?: (bytes: number) => boolean;
}

const tooLarge = (limit: number) =>
  new BodyError('too_large', 413, `A body may have at most ${limit} bytes here, also when unpacked.`);

const noRoom = () => new BodyError('busy', 503, 'There is no room for the body now; send again.');

/** Reads a stream to its end. Rejects with BodyError when it is too large or too slow; the rest is then left unread. */
export function readBody(stream: Readable, declaredLength: string | undefined, limits: BodyLimits): Promise<Buffer> {
  const declared = Number(declaredLength ?? 0);
  if (declared > limits.maxBytes) return Promise.reject(tooLarge(limits.maxBytes));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const timer = setTimeout(() => {
      fail(new BodyError('slow', 408, `The body did not arrive within ${limits.timeoutMs} ms.`));
    }, limits.timeoutMs);
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      if (length > limits.maxBytes) fail(tooLarge(limits.maxBytes));
      else if (declared === 0 && limits.grow?.(chunk.length) === false) fail(noRoom());
      else chunks.push(chunk);
    };
    const onEnd = () => {
      stop();
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length));
    };
    // An error of the stream says no more: its sender is gone, which is no fault of ours.
    const onClose = () => fail(new BodyError('slow', 400, 'The body broke off.'));
    const stop = () => {
      clearTimeout(timer);
      stream.off('data', onData).off('end', onEnd).off('error', onClose).off('close', onClose);
    };
    const fail = (error: Error) => {
      stop();
      stream.once('error', () => undefined).pause();
      reject(error);
    };
    stream.on('data', onData).on('end', onEnd).on('error', onClose).on('close', onClose);
  });
}

type Unpack = (body: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const UNPACKERS: Readonly<Record<string, Unpack>> = {
  gzip: promisify(gunzip) as Unpack,
  'x-gzip': promisify(gunzip) as Unpack,
  deflate: promisify(inflate) as Unpack,
  br: promisify(brotliDecompress) as Unpack,
};

/** What a 415 tells the sender to use. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br, identity';

/** Bodies that are unpacked side by side: each may grow to the limit before its size is known. */
const unpacking = new Gate(4);

/** Undoes one content coding. Rejects with BodyError when it is unknown, broken, or unpacks to more than the limit. */
export async function unpackBody(
  body: Buffer,
  encoding: string | undefined,
  { maxBytes, grow }: Pick<BodyLimits, 'maxBytes' | 'grow'>,
): Promise<Buffer> {
  const coding = encoding?.trim().toLowerCase() ?? '';
  if (coding === '' || coding === 'identity') return body;
  const unpack = Object.hasOwn(UNPACKERS, coding) ? UNPACKERS[coding] : undefined;
  if (unpack === undefined)
    throw new BodyError('bad_encoding', 415, `The content encoding is none of ${ACCEPTED_ENCODINGS}.`);
  try {
    const unpacked = await unpacking.shared(() => unpack(body, { maxOutputLength: maxBytes }));
    if (grow?.(unpacked.length) === false) throw noRoom();
    return unpacked;
  } catch (error) {
    if (error instanceof BodyError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new BodyError('bad_encoding', 400, `The body is not well-formed ${coding}.`);
  }
}
