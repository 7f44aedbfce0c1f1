/** JSON lines of requests in, JSON lines of answers out, one at a time: memory does not grow with the input. */
import { type After, normalizeRequest } from './normalize-request.js';

/** Splits chunks of text or bytes into lines; the last one needs no line break. A blank line is none. */
export async function* linesOf(chunks: AsyncIterable<string | Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let pending: string[] = [];
  for await (const chunk of chunks) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const lines = text.split('\n');
    // A long line comes in many chunks: they are joined once, at its end.
    for (const end of lines.splice(0, lines.length - 1)) {
      const line = pending.join('') + end;
      pending = [];
      if (line.trim() !== '') yield line;
    }
    pending.push(...lines);
  }
  const last = pending.join('') + decoder.decode();
  if (last.trim() !== '') yield last;
}

/** Answers each line; a malformed one gives an answer with `error`, never an exception. */
export async function* normalizeStream(
  chunks: AsyncIterable<string | Uint8Array>,
  after?: After,
): AsyncGenerator<string> {
  for await (const line of linesOf(chunks)) yield `${JSON.stringify(normalizeRequest(line, after))}\n`;
}
