/** After the demo, and after all that goes wrong: nothing of a person stands in clear outside the read schema, nor in any log (engine.md 4.14). */

import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PostgresOutgoingWebhooks } from '#adapters/postgres/effect-queue/outgoing-webhooks.js';
import { SendGridSender } from '#apps/cli/demo/sendgrid-sender.js';
import { subjectOf } from '#contracts/ids.js';
import { readConfiguration } from '#platform/configuration/configuration.js';
import { createLogger } from '#platform/logging/logger.js';
import { afterclick, Collected } from '#testing/command-line.js';
import { findInClear, findInText } from '#testing/sealed-search.js';
import { temporaryFolder } from '#testing/standalone.js';
import { until } from '#testing/until.js';
import { readDemoSecrets } from './demo/demo-secrets.js';
import { DEMO_OWNER, DEMO_PEOPLE } from './demo/people.js';
import { type Standalone, startStandalone } from './standalone.js';

/** Of a contact with a name that nothing else is called. */
const PERSON = { email: 'quintessa@zwollinger.example', first_name: 'Quintessa', company: 'Zwollinger Blumen' };
const UNREADABLE = 'unreadable-person@example.com';
const REFUSED = 'refused-person@example.com';
const NEEDLES = [
  ...DEMO_PEOPLE.map(({ email }) => email),
  ...DEMO_PEOPLE.map(({ company }) => company),
  ...[DEMO_OWNER, PERSON.email, PERSON.company, UNREADABLE, REFUSED],
  // What the demo's provider tells of them: addresses of machines, links, browsers, reasons.
  ...['192.0.2.17', '192.0.2.23', '192.0.2.99', 'utm_campaign=spring', 'www.example.com/blog/spring', 'Firefox/141'],
  ...['user unknown', 'mailbox full', 'spring-pricing', 'Ada looked at pricing again', 'the dead letter says'],
];
const WORDS = [...DEMO_PEOPLE.map(({ firstName }) => firstName), PERSON.first_name];

const data = temporaryFolder();
const logged = new Collected();
let standalone: Standalone;
let refusing: Server;

beforeAll(async () => {
  refusing = createServer((_, response) => response.writeHead(410).end(`the dead letter says ${PERSON.email}`));
  await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
  const configuration = readConfiguration({}, { port: 0, dataDir: data.path, logLevel: 'debug', partitions: 2 });
  standalone = await startStandalone(configuration, { watchRules: null, logger: createLogger('debug', logged) });
  const { pool, masterKey } = standalone.runtime;
  const { rows } = await pool.query<{ id: string }>(`select id from registry.workspace where name = 'demo'`);
  const webhook = {
    url: `http://127.0.0.1:${(refusing.address() as AddressInfo).port}/`,
    secret: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
  };
  await new PostgresOutgoingWebhooks(pool, masterKey).save(rows[0]?.id ?? '', webhook);
  const { code, err } = await afterclick('demo', '--data', data.path);
  if (code !== 0) throw new Error(err);
  await ask('/v1/contacts', 'PUT', {
    email: PERSON.email,
    set: { first_name: PERSON.first_name, company: PERSON.company },
    addTags: ['Zwollinger Blumen'],
  });
  await quarantineSome();
  await parkSome(rows[0]?.id ?? '');
  await refuseSome();
  await until(async () => (await left("delivery.effect_queue where state = 'dead'")) > 0, 30_000);
}, 120_000);

afterAll(async () => {
  await standalone?.stop();
  await new Promise<void>((resolve) => refusing.close(() => resolve()));
  data.remove();
});

const ask = (path: string, method = 'GET', body?: object): Promise<Response> =>
  fetch(standalone.where.url + path, {
    method,
    headers: { authorization: `Bearer ${standalone.where.apiKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

async function left(rows: string): Promise<number> {
  return (await standalone.runtime.pool.query(`select count(*)::int as n from ${rows}`)).rows[0].n;
}

function sender(): SendGridSender {
  const secrets = readDemoSecrets(data.path);
  if (!secrets) throw new Error('there is no demo here');
  return new SendGridSender(`${standalone.where.url}/ingest/${secrets.sendgrid.path}`, secrets.sendgrid.privateKeyPem);
}

/** An element that is no event, and a body that is no JSON. */
async function quarantineSome(): Promise<void> {
  const strange = [{ email: UNREADABLE, event: null, ip: '192.0.2.17' }] as never;
  await sender().send(strange);
  await until(async () => (await left('deliveries.quarantine')) > 0);
}

/** A record that does not open, and an engagement that waits behind it. */
async function parkSome(workspaceId: string): Promise<void> {
  const { log, topics, workspaceKeys, clock } = standalone.runtime;
  const key = subjectOf(await workspaceKeys.secret(workspaceId), { kind: 'email', value: PERSON.email });
  const record = {
    topic: topics.engagements,
    key,
    workspaceId,
    id: '99999999-9999-8999-8999-999999999999',
    at: clock(),
  };
  await log.append([{ ...record, type: 'contact_upsert', v: 1, data: {}, sealed: Buffer.from('not sealed') }]);
  const open = { email: PERSON.email, event: 'open', timestamp: Math.floor(Date.now() / 1000), ip: '192.0.2.17' };
  await sender().send([{ ...open, sg_event_id: 'behind', useragent: 'Firefox/141.0' }]);
  await until(async () => (await left("engine.parked where reason = 'behind'")) > 0);
}

/** Requests that are refused, with addresses in their path, query and body. */
async function refuseSome(): Promise<void> {
  const secrets = readDemoSecrets(data.path);
  const forged = { method: 'POST', body: JSON.stringify([{ email: REFUSED, event: 'click' }]) };
  expect((await fetch(`${standalone.where.url}/ingest/${secrets?.sendgrid.path}`, forged)).status).toBe(401);
  expect((await fetch(`${standalone.where.url}/ingest/nobody?to=${REFUSED}`, forged)).status).toBe(404);
  expect((await ask(`/v1/contacts?email=${PERSON.email}`)).status).toBe(200);
  expect((await ask(`/v1/contacts/${PERSON.email}`)).status).toBe(400);
  expect((await ask(`/nothing/${REFUSED}`)).status).toBe(404);
  expect((await ask('/v1/contacts', 'PUT', { email: REFUSED, set: { company: { no: REFUSED } } })).status).toBe(400);
  expect((await ask('/v1/contacts', 'PUT', { email: REFUSED, unknown: REFUSED })).status).toBe(400);
}

it('the demo, quarantine, parked inputs and dead letters are there, and the read schema shows people in clear', async () => {
  for (const table of ['deliveries.delivery', 'deliveries.quarantine', 'engine.event', 'engine.contact_state'])
    expect({ table, rows: await left(table) }).toEqual({ table, rows: expect.any(Number) });
  expect(await left("engine.parked where state = 'parked'")).toBe(2);
  expect(await left("delivery.effect_queue where state = 'dead'")).toBeGreaterThan(0);
  expect(await left(`read.contact where email = '${PERSON.email}'`)).toBe(1);
});

it('no table outside the read schema holds any of it', async () => {
  expect(await findInClear(standalone.runtime.pool, NEEDLES, WORDS)).toEqual([]);
});

it('the search finds what is planted', async () => {
  const { pool } = standalone.runtime;
  await pool.query('create table engine.planted as select $1::text as a, $2::bytea as b', [
    `Hello ${PERSON.first_name}`,
    Buffer.from(`from 192.0.2.17`),
  ]);
  expect(await findInClear(pool, NEEDLES, WORDS)).toEqual([
    'engine.planted: 192.0.2.17',
    `engine.planted: ${PERSON.first_name}`,
  ]);
  await pool.query('drop table engine.planted');
  expect(findInText(`{"msg":"told ${REFUSED}"}`, NEEDLES, WORDS)).toEqual([REFUSED]);
});

it('neither the process nor its Postgres writes any of it to a log, and no metric is named by it', async () => {
  expect(logged.text.length).toBeGreaterThan(1_000);
  expect(findInText(logged.text, NEEDLES, WORDS)).toEqual([]);
  expect(findInText(readFileSync(join(data.path, 'postgres.log'), 'utf8'), NEEDLES, WORDS)).toEqual([]);
  expect(findInText(await (await ask('/metrics')).text(), NEEDLES, WORDS)).toEqual([]);
});
