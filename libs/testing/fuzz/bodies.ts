/** Bodies that no provider sends: nearly right ones, random bytes, and texts that are long in the way that hurts a careless reader. */
import { AWKWARD, CHANGES } from '#testing/providers/mutations.js';
import type { Random } from '#testing/senders/random.js';

/** Most that one awkward body has: enough for a reading in quadratic time to take seconds. */
const LONG = 200_000;

/** `body` after one to four changes. */
export function changed(random: Random, body: Buffer): Buffer {
  let bytes = body;
  for (let left = random.between(1, 4); left > 0; left -= 1)
    bytes = random.pick(CHANGES)(bytes, Math.floor(random.next() * bytes.length), random.pick(AWKWARD));
  return bytes;
}

export function randomBytes(random: Random, most: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: random.between(0, most) }, () => random.between(0, 255)));
}

/** UTF-8 that is cut, overlong, or of half a pair. */
const BROKEN = [[0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xff], [0xfe, 0xff], [0]];

/** With broken UTF-8 in a random place. */
export function brokenText(random: Random, body: Buffer): Buffer {
  const at = Math.floor(random.next() * body.length);
  return Buffer.concat([body.subarray(0, at), Buffer.from(random.pick(BROKEN)), body.subarray(at)]);
}

const NUMBERS = ['9'.repeat(400), `-${'1'.repeat(10_000)}`, '1e999', '-1e-999', '9007199254740993', '0.1e+308', '00'];

/** With its numbers, quoted or not, replaced by huge ones. */
export function hugeNumbers(random: Random, body: Buffer): Buffer {
  return Buffer.from(body.toString().replace(/\d+/g, (digits) => (random.chance(0.5) ? digits : random.pick(NUMBERS))));
}

/** Each is repeated until the body is long. */
const REPEATED = [
  ...[
    '[',
    '{"a":',
    '[{"data":',
    '{"items":[',
    '"\\u0000',
    '\\"',
    '<',
    '>,<',
    ' ',
    '\t',
    '\r\n',
    '=',
    '&',
    '&a=',
    '%',
    '%25',
  ],
  ...[
    '--b\r\n',
    '--b',
    '\r\n--b--',
    'Content-Disposition: form-data; name="a"\r\n\r\n',
    'a;',
    '; name="',
    '=?utf-8?q?=',
    '=?utf-8?b?AA==?= ',
  ],
  ...['<a@b.c>,', '"a" <', '(', 'a@', '.', '1', 'v1,AAAA ', 't=1,', '-', '+', '🙂', '{},', 'null,', '[1,', '"a":1,'],
] as const;

/** One piece over and over, by chance between the halves of a body that is right. */
export function longText(random: Random, body: Buffer): Buffer {
  const piece = random.pick(REPEATED);
  const length = random.chance(0.1) ? LONG : random.between(10, 4_000);
  const long = Buffer.from(piece.repeat(Math.ceil(length / piece.length)));
  if (random.chance(0.4)) return long;
  const at = Math.floor(random.next() * body.length);
  return Buffer.concat([body.subarray(0, at), long, body.subarray(at)]);
}

/** JSON so deep that a reader which calls itself runs out of stack, whole and closed. */
export function deepJson(random: Random, body: Buffer): Buffer {
  const depth = random.chance(0.1) ? random.between(10_000, 60_000) : random.between(50, 2_000);
  const [open, close] = random.pick([
    ['[', ']'],
    ['{"a":', '}'],
    ['[{"data":', '}]'],
  ] as const);
  const deep = `${open.repeat(depth)}${random.chance(0.5) ? '1' : '{}'}${close.repeat(depth)}`;
  const text = body.toString();
  // In place of a value of the example, or as the whole body.
  return Buffer.from(random.chance(0.5) ? deep : text.replace(/:\s*("[^"]*"|\d+)/, () => `:${deep}`));
}
