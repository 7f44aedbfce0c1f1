/** E-mail addresses as headers and payloads write them (RFC 5322, section 3.4). */
import type { Json } from '#contracts/json.js';
import { decodeWords } from './encoded-words.js';
import { text } from './fields.js';

export interface Mailbox {
  /** As sent, without display name: case and +tag are kept. */
  readonly address: string;
  readonly name: string | null;
}

/** `"Jane, CRM" <jane+x@example.com>` or a bare address; null when there is none. */
export function readMailbox(value: Json | undefined): Mailbox | null {
  return readMailboxes(value)[0] ?? null;
}

/** The address of an event: as it was sent, save a display name round it. */
export function recipientOf(value: Json | undefined): string | null {
  const sent = text(value);
  return sent?.includes('<') ? readAddress(sent) : sent;
}

/** The address alone, its display name stripped; null when there is none. */
export function readAddress(value: Json | undefined): string | null {
  return readMailbox(value)?.address ?? null;
}

/** Every mailbox of a comma-separated list. */
export function readMailboxes(value: Json | undefined): readonly Mailbox[] {
  const whole = text(value);
  return whole === null ? [] : splitList(whole).flatMap((item) => readOne(item) ?? []);
}

function readOne(item: string): Mailbox | null {
  const open = item.lastIndexOf('<');
  const close = item.indexOf('>', open);
  if (open === -1) {
    const address = item.replace(/\([^()]*\)/g, '').trim();
    return address === '' ? null : { address, name: null };
  }
  const address = item.slice(open + 1, close === -1 ? item.length : close).trim();
  return address === '' ? null : { address, name: displayName(item.slice(0, open)) };
}

function displayName(phrase: string): string | null {
  const trimmed = phrase.trim();
  const quoted = /^"([\s\S]*)"$/.exec(trimmed);
  const name = decodeWords(quoted === null ? trimmed : (quoted[1] ?? '').replace(/\\(.)/g, '$1')).trim();
  return name === '' ? null : name;
}

/** Splits at commas (and group semicolons) outside quotes, comments and angle brackets. */
function splitList(whole: string): readonly string[] {
  const items: string[] = [];
  let start = 0;
  let isQuoted = false;
  let depth = 0;
  for (let here = 0; here < whole.length; here += 1) {
    const sign = whole.charAt(here);
    if (sign === '\\') here += 1;
    else if (sign === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (sign === '<' || sign === '(') depth += 1;
    else if (sign === '>' || sign === ')') depth = Math.max(0, depth - 1);
    else if ((sign === ',' || sign === ';') && depth === 0) {
      items.push(whole.slice(start, here));
      start = here + 1;
    }
  }
  items.push(whole.slice(start));
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

/** An RFC message id without its angle brackets; null when there is none. */
export function bareMessageId(value: Json | undefined): string | null {
  const id = text(value);
  return id === null ? null : text(id.replace(/^<([\s\S]*)>$/, '$1'));
}
