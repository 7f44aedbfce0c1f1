/** Requests that are nearly right: an example cut, flipped, doubled or with something awkward put into it. */
import fc from 'fast-check';
import { EXAMPLES, type Example } from './examples.js';

/** What parsers trip over. */
export const AWKWARD: readonly string[] = [
  'null',
  '1e400',
  '9007199254740993',
  '-0',
  '"\\u0000"',
  '"\\ud800"',
  '"__proto__":{"a":1},',
  '[[[[[[[[',
  '}',
  ']',
  '"',
  '\\',
  '\ufeff',
  '\u0000',
  '\ud83d',
  '%',
  '%00',
  '%F0%28',
  '&',
  '=',
  '\r\n',
  '--b',
  '--b--',
  '=?utf-8?b?',
  '<',
  '>,<',
  '2024-13-45T99:99:99Z',
  '1700000000000000000000',
  'true',
  '{}',
  '[]',
  '""',
];

type Change = (bytes: Buffer, at: number, piece: string) => Buffer;

export const CHANGES: readonly Change[] = [
  (bytes, at) => bytes.subarray(0, at),
  (bytes, at) => bytes.subarray(at),
  (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.from([(bytes[at] ?? 0) ^ 0x5a]), bytes.subarray(at + 1)]),
  (bytes, at) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]),
  (bytes, at, piece) => Buffer.concat([bytes.subarray(0, at), Buffer.from(piece), bytes.subarray(at)]),
  (bytes, at, piece) => Buffer.concat([bytes.subarray(0, at), Buffer.from(piece), bytes.subarray(at + piece.length)]),
  (bytes, at) => Buffer.concat([bytes, bytes.subarray(at)]),
  // One value of a JSON text replaced by another, so that the text stays JSON and its types do not.
  (bytes, at, piece) => Buffer.from(replaceValue(bytes.toString(), at, piece)),
];

function replaceValue(text: string, at: number, piece: string): string {
  const value = /:\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null|\[[^[\]]*\])/g;
  value.lastIndex = at;
  const found = value.exec(text) ?? /:\s*("[^"]*")/.exec(text);
  return found === null ? text : `${text.slice(0, found.index)}:${piece}${text.slice(found.index + found[0].length)}`;
}

export interface Mutant {
  readonly example: Example;
  readonly body: Buffer;
}

/** An example after one to four changes. */
export const mutants: fc.Arbitrary<Mutant> = fc
  .tuple(
    fc.constantFrom(...EXAMPLES),
    fc.array(
      fc.tuple(fc.nat(CHANGES.length - 1), fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(...AWKWARD)),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
  )
  .map(([example, changes]) => ({
    example,
    body: changes.reduce<Buffer>(
      (bytes, [change, place, piece]) => CHANGES[change]?.(bytes, Math.floor(place * bytes.length), piece) ?? bytes,
      Buffer.from(example.body),
    ),
  }));
