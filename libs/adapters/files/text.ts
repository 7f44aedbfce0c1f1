/** Bytes of a file → text. UTF-8 only: another encoding would be taken for other characters without a word. */
import { TextDecoder } from 'node:util';
import { FileError } from '#engine/imports/row.js';

type Start = readonly [bytes: readonly number[], what: string, cure: string];

const STARTS: readonly Start[] = [
  [[0xff, 0xfe], 'UTF-16', 'iconv -f UTF-16 -t UTF-8 FILE > NEW, or save it as "CSV UTF-8"'],
  [[0xfe, 0xff], 'UTF-16', 'iconv -f UTF-16 -t UTF-8 FILE > NEW, or save it as "CSV UTF-8"'],
  [[0x1f, 0x8b], 'packed by gzip', 'gunzip it first'],
  [[0x50, 0x4b, 0x03, 0x04], 'a ZIP archive or a spreadsheet', 'unpack it, or save the sheet as "CSV UTF-8"'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'an old spreadsheet', 'save the sheet as "CSV UTF-8"'],
];

const LATIN = 'convert it: iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW, or save it as "CSV UTF-8"';

/** The text in pieces, without a byte order mark. Throws FileError, with the line and the cure, on what is no UTF-8. */
export async function* textOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  let isFirst = true;
  for await (const chunk of bytes) {
    if (isFirst && chunk.length > 0) {
      refuseOthers(chunk);
      isFirst = false;
    }
    const text = decoded(decoder, chunk, line);
    line += count(text, '\n');
    if (text !== '') yield text;
  }
  decoded(decoder, null, line);
}

function refuseOthers(chunk: Buffer): void {
  for (const [bytes, what, cure] of STARTS)
    if (bytes.every((byte, index) => chunk[index] === byte))
      throw new FileError(`The file is ${what} and no UTF-8 text: ${cure}.`);
}

/** What stands before the wrong byte in its chunk is decoded again, to count its lines: once, at the end of all. */
function decoded(decoder: TextDecoder, chunk: Buffer | null, line: number): string {
  try {
    const text = chunk === null ? decoder.decode() : decoder.decode(chunk, { stream: true });
    if (!text.includes('\0')) return text;
  } catch {
    const before = chunk === null ? 0 : linesBeforeFault(chunk);
    throw new FileError(`The file is no UTF-8 text (line ${line + before} or near it): ${LATIN}.`);
  }
  throw new FileError(`The file holds NUL characters (line ${line} or near it), as UTF-16 has them: ${LATIN}.`);
}

function linesBeforeFault(chunk: Buffer): number {
  const at = chunk.toString('utf8').indexOf('\ufffd');
  return at < 0 ? 0 : count(chunk.toString('utf8').slice(0, at), '\n');
}

/** How often a character occurs. */
export function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) found += 1;
  return found;
}
