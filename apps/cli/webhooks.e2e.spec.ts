/** `afterclick webhooks` as a user gives it, against a real standalone and a receiver of somebody's. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Standalone } from '#apps/standalone/standalone.js';
import { afterclick } from '#testing/command-line.js';
import { startQuietly, temporaryFolder } from '#testing/standalone.js';
import { until } from '#testing/until.js';

const data = temporaryFolder();
let standalone: Standalone;
let receiver: Server;
let at: string;
let status = 204;
const told: { id: string; type: string; data: { contact?: { email: string } } }[] = [];
/** The demo's own contacts are changed meanwhile too, an Ada among them: this one is not the demo's. */
const ofAda = () => told.filter(({ data }) => data.contact?.email === 'ada@norland.example');

beforeAll(async () => {
  standalone = await startQuietly(data.path);
  receiver = createServer(async (request, response) => {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    told.push({ ...JSON.parse(body), id: request.headers['webhook-id'] });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  at = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
}, 120_000);
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await standalone.stop();
  data.remove();
}, 60_000);

const run = (...args: readonly string[]) => afterclick('webhooks', ...args, '--data', data.path);

async function done(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await run(...args);
  expect({ args, code, err: code === 0 ? '' : err }).toEqual({ args, code: 0, err: '' });
  return out;
}

it('is made, tried out, told of changes, told again, rotated, paused and deleted', async () => {
  const made = await done('create', 'crm', at, '--field', 'attributes.company', '--suppressed', 'false');
  expect(made).toMatch(/secret +whsec_\S+ +\(shown this once\)/);
  expect(await done('test', 'crm')).toContain('accepted a test message');
  expect(told.filter(({ type }) => type === 'webhook.test')).toHaveLength(1);
  const written = await fetch(`${standalone.where.url}/v1/contacts`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${standalone.where.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ada@norland.example', set: { company: 'Norland' } }),
  });
  expect(written.status).toBe(200);
  await until(() => ofAda().length === 1);
  const id = ofAda()[0]?.id ?? '';
  await until(async () => (await done('deliveries', 'crm', '--state', 'delivered', '--limit', '100')).includes(id));
  expect(await done('redeliver', 'crm', id)).toContain('told again');
  await until(() => ofAda().length === 2);
  expect(await done('rotate', 'crm', '--overlap-hours', '2')).toContain('signs too until');
  expect(await done('pause', 'crm')).toContain('is paused');
  expect(await done('list')).toMatch(/crm +http.* paused/);
  expect(await done('resume', 'crm', '--from-now')).toContain('is active');
  status = 500;
  const refused = await run('test', 'crm');
  expect(refused).toMatchObject({
    code: 1,
    err: expect.stringContaining('crm did not accept a test message: HTTP 500'),
  });
  expect(await done('delete', 'crm')).toContain('is deleted');
  const gone = await run('test', 'crm');
  expect(gone).toMatchObject({ code: 1, err: expect.stringContaining('no webhook called crm. There are: none') });
  expect(await run('create', 'x', 'http://10.0.0.1/')).toMatchObject({
    code: 2,
    err: expect.stringContaining('body.url'),
  });
  expect(await run('create', 'x')).toMatchObject({ code: 2 });
}, 60_000);
