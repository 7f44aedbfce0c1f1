/** A workspace with two sources, the rules in force and an outgoing webhook: what senders and checker need to know of it. */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseMasterKey } from '#adapters/keys/master-key.js';
import { PostgresOutgoingWebhooks } from '#adapters/postgres/effect-queue/outgoing-webhooks.js';
import { createPool } from '#adapters/postgres/pool.js';
import { AesMasterKey } from '#engine/sealing/master-key.js';
import { genericSender, type SendingProvider, sendgridSender } from '../senders/providers.js';
import { until } from '../until.js';
import type { Shape } from './shape.js';

export interface Setting {
  readonly workspaceId: string;
  readonly apiKey: string;
  readonly providers: readonly SendingProvider[];
}

const GENERIC = {
  algorithm: 'sha256',
  header: 'x-webhook-signature',
  encoding: 'hex',
  signedContent: '{timestamp}.{body}',
  timestampHeader: 'x-webhook-timestamp',
};

export async function layOut(
  { dataDir, api, database }: Pick<Shape, 'dataDir' | 'api' | 'database'>,
  webhook: { readonly url: string; readonly secret: string },
  masterKey: string,
): Promise<Setting> {
  // Written last, when everything of a start is there.
  await until(() => existsSync(join(dataDir, 'instance.json')));
  const apiKey = readFileSync(join(dataDir, 'api.key'), 'utf8').trim();
  const { workspace } = JSON.parse(readFileSync(join(dataDir, 'instance.json'), 'utf8')) as {
    workspace: { id: string };
  };
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
  await new PostgresOutgoingWebhooks(pool, master).save(workspace.id, webhook);
  await pool.end();
  await rulesInForce({ database }, workspace.id);
  const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return {
    workspaceId: workspace.id,
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

async function rulesInForce({ database }: Pick<Shape, 'database'>, workspaceId: string): Promise<void> {
  const missing = `select count(*)::int as missing from log.head h
    where h.topic like 'engagements.%' and not exists (select from registry.rule_activation a
      where a.workspace_id = $1 and a.topic = h.topic and a.partition = h.partition)`;
  await database.use((client) =>
    until(async () => (await client.query(missing, [workspaceId])).rows[0]?.missing === 0, 30_000),
  );
}
