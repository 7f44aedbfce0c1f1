/** Suppressions as CSV, page after page as the reader takes them. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { csvLine } from '#adapters/files/csv-line.js';
import type { SuppressionRow } from '#contracts/read-models.js';
import { iso, isoOrNull } from '../openapi/fields.js';

const HEADER = csvLine(['email', 'contact_id', 'scope', 'reason', 'since', 'lifted_at', 'lifted_reason']);

/** The first page is read before the answer begins, so that a failure is still answered as one; a later one breaks the answer off. */
export async function sendCsv(reply: FastifyReply, pages: AsyncGenerator<readonly SuppressionRow[]>): Promise<void> {
  const first = await pages.next();
  async function* lines(): AsyncGenerator<string> {
    yield HEADER + textOf(first.value ?? []);
    for await (const rows of pages) yield textOf(rows);
  }
  await reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', 'attachment; filename="suppressions.csv"')
    .send(Readable.from(lines(), { objectMode: false }));
}

function textOf(rows: readonly SuppressionRow[]): string {
  return rows.map(lineOf).join('');
}

function lineOf({ email, contactId, scope, reason, since, liftedAt, liftedReason }: SuppressionRow): string {
  return csvLine([email, contactId, scope, reason, iso(since), isoOrNull(liftedAt), liftedReason]);
}
