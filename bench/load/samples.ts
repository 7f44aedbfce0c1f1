/** What ingest makes of a request, as a measure for who makes nothing of it. */
import type { Appendable } from '#contracts/record.js';
import { newDeliveryId } from '#engine/ingest/delivery-id.js';
import type { Source } from '#engine/ingest/source.js';
import { recordsOf } from '#engine/ingest/store.js';
import { storedRequest } from '#engine/ingest/stored-request.js';
import { takingOf } from '#engine/ingest/taking.js';
import type { Runtime } from '#platform/runtime/runtime.js';
import { sendgrid } from '#providers/sendgrid.js';
import type { BenchWorkspace } from '../world/workspace.js';
import { firstOf } from './campaign.js';

/** The records of one request with so many events: engagements and the raw delivery. */
export async function sampleRecords(
  runtime: Runtime,
  workspace: BenchWorkspace,
  events: number,
): Promise<Appendable[]> {
  const { workspaceKeys, clock, topics } = runtime;
  const receivedAt = clock();
  const sent = firstOf(1, receivedAt, events).map(({ event }) => event);
  const body = Buffer.from(`${JSON.stringify(sent)}\r\n`);
  const headers = { 'content-type': 'application/json', 'user-agent': 'SendGrid Event API', host: '127.0.0.1:18080' };
  const request = { method: 'POST', url: `http://127.0.0.1:18080/ingest/${workspace.path}`, headers, body };
  const settings = { scheme: 'none', keys: [] };
  const taking = takingOf(sendgrid.normalise(request, settings), body);
  if (taking === null) throw new Error('the load is not understood');
  const { id, sourceId, path } = workspace;
  const source: Source = {
    id: sourceId,
    workspaceId: id,
    path,
    name: 'sendgrid',
    provider: 'sendgrid',
    state: 'active',
    settings,
  };
  const [secret, key] = await Promise.all([workspaceKeys.secret(id), workspaceKeys.daily(id, receivedAt)]);
  const delivery = { source, deliveryId: newDeliveryId(receivedAt), receivedAt, secret, key, topics };
  return recordsOf(delivery, { about: storedRequest(request, settings, path), body }, taking);
}
