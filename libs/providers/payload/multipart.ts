/** multipart/form-data over a Buffer (RFC 7578): pure, linear in the body, never throws. */
import { readMailHeaders } from './mail-headers.js';

export interface Part {
  readonly name: string;
  /** null for a plain field. */
  readonly filename: string | null;
  readonly contentType: string | null;
  readonly charset: string | null;
  readonly data: Buffer;
}

/** More parts than any provider sends: a limit, so that a hostile body stays cheap. */
const MOST_PARTS = 10_000;
const LONGEST_HEAD = 16_384;

/** The parts in body order; none when the content type has no boundary or the body does not use it. */
export function readMultipart(body: Buffer, contentType: string): readonly Part[] {
  const boundary = parameter(contentType, 'boundary');
  if (boundary === null || boundary === '') return [];
  const parts: Part[] = [];
  const mark = Buffer.from(`--${boundary}`, 'latin1');
  let at = nextMark(body, mark, 0);
  while (at !== -1 && parts.length < MOST_PARTS) {
    const start = at + mark.length;
    if (body.subarray(start, start + 2).toString('latin1') === '--') break;
    const next = nextMark(body, mark, start);
    const part = readPart(body.subarray(afterLine(body, start), next === -1 ? body.length : lineStart(body, next)));
    if (part !== null) parts.push(part);
    at = next;
  }
  return parts;
}

/** The next delimiter that stands at the start of a line. */
function nextMark(body: Buffer, mark: Buffer, from: number): number {
  let at = body.indexOf(mark, from);
  while (at > 0 && body[at - 1] !== 10) at = body.indexOf(mark, at + 1);
  return at;
}

/** The line break before a delimiter belongs to the delimiter. */
const lineStart = (body: Buffer, mark: number): number => mark - (body[mark - 2] === 13 ? 2 : 1);

function afterLine(body: Buffer, from: number): number {
  const end = body.indexOf(10, from);
  return end === -1 ? body.length : end + 1;
}

function readPart(bytes: Buffer): Part | null {
  const { head, data } = splitHead(bytes);
  if (head.length > LONGEST_HEAD) return null;
  const headers = readMailHeaders(head.toString('utf8'));
  const disposition = headers.first('content-disposition') ?? '';
  const name = parameter(disposition, 'name');
  if (name === null) return null;
  const contentType = headers.first('content-type');
  const charset = contentType === null ? null : parameter(contentType, 'charset');
  return { name, filename: parameter(disposition, 'filename'), contentType, charset, data };
}

/** Header lines and content, parted by the first empty line. */
function splitHead(bytes: Buffer): { readonly head: Buffer; readonly data: Buffer } {
  for (let at = 0; at < bytes.length; at = afterLine(bytes, at)) {
    const line = bytes[at] === 13 && bytes[at + 1] === 10 ? 2 : bytes[at] === 10 ? 1 : 0;
    if (line > 0) return { head: bytes.subarray(0, at), data: bytes.subarray(at + line) };
  }
  return { head: bytes, data: bytes.subarray(bytes.length) };
}

/** A parameter of a structured header (`; name="value"`), quoted or not; null when it is absent. */
export function parameter(header: string, name: string): string | null {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]*))`, 'i').exec(header);
  if (found === null) return null;
  return found[1] === undefined ? (found[2] ?? '') : found[1].replace(/\\(["\\])/g, '$1').replace(/%22/g, '"');
}
