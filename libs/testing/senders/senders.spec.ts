import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceSettings } from '#contracts/provider.js';
import { judge } from '#providers/judge.js';
import { providerNamed } from '#providers/registry.js';
import { until } from '../until.js';
import { contactsOf, type Happening, Happenings } from './events.js';
import { Fleet } from './fleet.js';
import { Journal, type JournalLine } from './journal.js';
import { genericSender, type SendingProvider, sendgridSender } from './providers.js';
import { Random } from './random.js';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const sendgrid = sendgridSender('s', pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
const website = genericSender('w', 'a secret');
const settings: Readonly<Record<string, SourceSettings>> = {
  sendgrid: { scheme: 'sendgrid-ecdsa-p256-sha256', keys: [publicKey] },
  'generic-hmac': {
    scheme: 'generic-hmac',
    keys: ['a secret'],
    algorithm: 'sha256',
    header: 'x-webhook-signature',
    encoding: 'hex',
    signedContent: '{timestamp}.{body}',
    timestampHeader: 'x-webhook-timestamp',
  },
};
const NOW = Date.UTC(2026, 4, 1, 12);

/** What ingest would make of it. */
function taken(sender: SendingProvider, events: readonly Happening[]) {
  const { headers, body } = sender.sign(sender.write(events), NOW);
  const request = { method: 'POST', url: 'http://localhost/ingest/x', headers, body: Buffer.from(body) };
  const provider = providerNamed(sender.name);
  if (!provider) throw new Error(`no provider ${sender.name}`);
  const judgement = judge(provider, request, settings[sender.name] as SourceSettings, NOW);
  if (judgement.step !== 'normalised' || judgement.normalised.outcome !== 'accept')
    throw new Error(`not accepted: ${JSON.stringify(judgement)}`);
  return judgement.normalised.engagements;
}

describe('senders', () => {
  it.each([sendgrid, website])('are believed and understood as $name', (sender) => {
    const happenings = new Happenings('x', contactsOf('x', 3), new Random(1));
    const events = Array.from({ length: 200 }, () => happenings.next(NOW)).filter(({ type }) => sender.tells(type));
    const engagements = taken(sender, events);
    const told = engagements.map(({ engagement: { type, recipient, metadata } }) => ({
      type,
      contact: recipient?.toLowerCase(),
      ref: metadata?.['ref'],
    }));
    expect(told).toEqual(events.map(({ type, contact, ref }) => ({ type, contact, ref })));
    expect(new Set(engagements.map(({ dedupKeys }) => JSON.stringify(dedupKeys[0]))).size).toBe(events.length);
  });

  it('repeat an event under another id of the provider, and the second key is the same', () => {
    const one = new Happenings('x', contactsOf('x', 1), new Random(2)).next(NOW);
    const click = { ...one, type: 'clicked' };
    const [first] = taken(sendgrid, [click]);
    const [again] = taken(sendgrid, [{ ...click, eventId: 'another' }]);
    expect(again?.dedupKeys[0]).not.toEqual(first?.dedupKeys[0]);
    expect(again?.dedupKeys[1]).toEqual(first?.dedupKeys[1]);
  });

  it('send again under the same ids until they are acknowledged, and write down what they did', async () => {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      request.setEncoding('utf8');
      let body = '';
      request.on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => {
        bodies.push(body);
        response.writeHead(bodies.length % 3 === 0 ? 200 : 503).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const folder = mkdtempSync(join(tmpdir(), 'afterclick-senders-'));
    const file = join(folder, 'journal.jsonl');
    const journal = await Journal.open(file);
    const targets = [`http://127.0.0.1:${(server.address() as AddressInfo).port}`];
    const plan = { targets, providers: [website], lanes: 1, contactsPerLane: 2, rate: 1000 };
    const fleet = new Fleet(plan, journal, new Random(3)).start();
    await until(() => fleet.acknowledged > 0);
    await fleet.stop();
    await journal.close();
    server.close();
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    const journalled = lines.map((line) => JSON.parse(line) as JournalLine);
    const answersTo = (request: string) =>
      journalled.flatMap((line) => (line.kind === 'answered' && line.request === request ? [line.status] : []));
    const sent = journalled.filter((line) => line.kind === 'sent');
    for (const { request, again } of sent) if (!again) expect(answersTo(request).at(-1)).toBe(200);
    expect(sent.some(({ request }) => answersTo(request).includes(503))).toBe(true);
    expect(new Set(bodies).size).toBeLessThan(bodies.length);
    rmSync(folder, { recursive: true });
  });
});
