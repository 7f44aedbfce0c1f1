/** A workspace with two sources, the rules in force and an outgoing webhook: what senders and checker need to know of it. */
import { generateKeyPairSync } from 'node:crypto';
import { parseMasterKey } from '#adapters/keys/master-key.js';
import { PostgresOutgoingWebhooks } from '#adapters/postgres/effect-queue/outgoing-webhooks.js';
import { createPool } from '#adapters/postgres/pool.js';
import type { Uuid } from '#contracts/ids.js';
import { AesMasterKey } from '#engine/sealing/master-key.js';
import { genericSender, type SendingProvider, sendgridSender } from '../senders/providers.js';
import { until } from '../until.js';
import type { Shape } from './shape.js';

export interface Setting {
  readonly workspaceId: string;
  readonly apiKey: string;
  readonly providers: readonly SendingProvider[];
}

const IN_FORCE_MS = 30_000;
const KNOWN_MS = 30_000;

const GENERIC = {
  algorithm: 'sha256',
  header: 'x-webhook-signature',
  encoding: 'hex',
  signedContent: '{timestamp}.{body}',
  timestampHeader: 'x-webhook-timestamp',
};

export async function layOut(
  shape: Shape,
  webhook: { readonly url: string; readonly secret: string },
  masterKey: string,
): Promise<Setting> {
  const { api, database } = shape;
  const { workspaceId, apiKey } = await shape.enter();
  const { url } = api;
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const sendgrid = await createSource(url, apiKey, {
    name: 'sendgrid',
    provider: 'sendgrid',
    keys: [publicKey],
  });
  const website = await createSource(url, apiKey, { name: 'website', provider: 'generic-hmac', settings: GENERIC });
  const pool = createPool(database.access.url, { role: 'fault run', max: 1 });
  const master = new AesMasterKey(parseMasterKey(masterKey, 'the master key of the fault run'));
  await new PostgresOutgoingWebhooks(pool, master).save(workspaceId as Uuid, webhook);
  await pool.end();
  await rulesInForce(shape, workspaceId);
  const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return {
    workspaceId,
    apiKey,
    providers: [sendgridSender(sendgrid.path, privateKey), genericSender(website.path, website.keys[0] ?? '')],
  };
}

async function createSource(url: string, apiKey: string, wish: object): Promise<{ path: string; keys: string[] }> {
  const answer = await call(`${url}/v1/sources`, apiKey, wish);
  const { url: endpoint, keys } = answer as { url: string; keys: string[] };
  return { path: endpoint.split('/').at(-1) ?? '', keys };
}

/** POSTs JSON to the API. Rejects on anything but 2xx. */
export async function call(url: string, apiKey: string, body: object): Promise<unknown> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text}`);
  return JSON.parse(text);
}

const IN_FORCE = `
select count(distinct partition)::int as partitions from registry.rule_activation a
where a.workspace_id = $1 and a.topic = 'engagements.g1' and a.number >= (
  select max(number) from registry.publication where workspace_id = $1)`;

async function rulesInForce({ database, log }: Pick<Shape, 'database' | 'log'>, workspaceId: string): Promise<void> {
  const wanted = (await log.ends()).filter(({ topic }) => topic === 'engagements.g1').length;
  await database.use((client) =>
    until(async () => (await client.query(IN_FORCE, [workspaceId])).rows[0]?.partitions === wanted, IN_FORCE_MS),
  );
}

/** A process learns within seconds of a source that another has made. */
export async function sourcesKnown({ ingest }: Pick<Shape, 'ingest'>, { providers }: Setting): Promise<void> {
  for (const { path } of providers)
    for (const { url } of ingest)
      await until(async () => (await fetch(`${url}/ingest/${path}`)).status !== 404, KNOWN_MS);
}
