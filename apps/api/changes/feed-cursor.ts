/** Cursors of the changes feed: position and mark, opaque to clients. */
import { type FeedPlace, MARK_BYTES } from '#adapters/postgres/feed/read.js';
import { invalid } from '#platform/http/validation.js';

const POSITION_BYTES = 8;
const FORM = /^[A-Za-z0-9_-]{19}$/;

export function feedCursor({ position, mark }: FeedPlace): string {
  const bytes = Buffer.alloc(POSITION_BYTES + MARK_BYTES);
  bytes.writeBigUInt64BE(BigInt(position));
  bytes.write(mark, POSITION_BYTES, 'hex');
  return bytes.toString('base64url');
}

/** Throws a 400 that names `field` on anything that the feed did not make. */
export function placeOf(cursor: string, field: 'query.after' | 'header.last-event-id'): FeedPlace {
  const bytes = Buffer.from(FORM.test(cursor) ? cursor : '', 'base64url');
  const position = bytes.length === POSITION_BYTES + MARK_BYTES ? bytes.readBigUInt64BE() : null;
  if (position !== null && position <= BigInt(Number.MAX_SAFE_INTEGER))
    return { position: Number(position), mark: bytes.toString('hex', POSITION_BYTES) };
  throw invalid(field.startsWith('query') ? 'query' : 'header', [
    { field, problem: 'This is no cursor of the changes feed: use `next` or `cursor` of an answer, unchanged' },
  ]);
}
