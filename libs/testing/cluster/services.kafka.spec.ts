/** The services of docker-compose.yml as processes of their own, on a real broker. */
import { execFile } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { installed } from '#platform/runtime/installation.js';
import type { Instance } from '../chaos/instance.js';
import { canStartKafka } from '../kafka/test-broker.js';
import { until } from '../until.js';
import { type Cluster, startCluster } from './cluster.js';
import { type Demo, withDemo } from './demo.js';

const MASTER_KEY = randomBytes(32).toString('base64');
const there = await canStartKafka();

(there ? describe : describe.skip)('the services on their own', () => {
  let cluster: Cluster;
  let demo: Demo;
  let made = 0;
  /** Taken with a 2xx. */
  let taken = 0;

  beforeAll(async () => {
    cluster = await startCluster({
      masterKey: MASTER_KEY,
      instances: { rules: 2, ingest: 2 },
      env: { AFTERCLICK_PARTITIONS: '4' },
    });
    demo = await withDemo(cluster, MASTER_KEY);
  }, 180_000);

  afterAll(async () => {
    await cluster?.stop();
  }, 60_000);

  /** A click of somebody new, at an instance of ingest: the status of the answer. */
  async function click(ingest: Instance): Promise<number> {
    made += 1;
    const body = { type: 'clicked', id: `c-${made}`, email: `c${made % 20}@example.com`, actor: 'human' };
    const status = await post(ingest, body);
    if (status === 200) taken += 1;
    return status;
  }

  /** The status of the answer; 0 when there was none. */
  async function post(ingest: Instance, event: object): Promise<number> {
    const { path, secret } = demo.hmacSource!;
    const body = JSON.stringify(event);
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
    const headers = {
      'content-type': 'application/json',
      'x-webhook-timestamp': timestamp,
      'x-webhook-signature': signature,
    };
    const answer = await fetch(`${ingest.url}/ingest/${path}`, { method: 'POST', headers, body });
    await answer.arrayBuffer();
    return answer.status;
  }

  /** The n-th event of one contact. */
  function send(ingest: Instance, email: string, n: number): Promise<number> {
    return post(ingest, { type: 'opened', id: `${email}-${n}`, email, url: `https://example.com/?n=${n}` });
  }

  /** Of one contact's events as they were decided. */
  async function orderOf(email: string): Promise<number[]> {
    const client = new pg.Client({ connectionString: cluster.databaseUrl });
    await client.connect();
    try {
      const { rows } = await client.query<{ url: string }>(
        `select t.pii ->> 'url' as url from read.contact c join read.timeline t using (workspace_id, contact_id)
         where c.email = $1 and t.type = 'engagement_recorded' order by t.version`,
        [email],
      );
      return rows.map(({ url }) => Number(new URL(url).searchParams.get('n')));
    } finally {
      await client.end();
    }
  }

  async function clicks(count: number): Promise<readonly number[]> {
    const ingests = cluster.of('ingest');
    return Promise.all(Array.from({ length: count }, (_, index) => click(ingests[index % ingests.length]!)));
  }

  /** Clicks that the read models have counted, each once. */
  async function applied(): Promise<number> {
    const client = new pg.Client({ connectionString: cluster.databaseUrl });
    await client.connect();
    try {
      const { rows } = await client.query<{ count: string }>(
        `select count(*) from read.timeline where type = 'engagement_recorded' and data->>'engagement' = 'clicked'`,
      );
      return Number(rows[0]?.count);
    } finally {
      await client.end();
    }
  }

  interface Readiness {
    readonly status: string;
    readonly checks: readonly { readonly part: string; readonly reasons: readonly string[] }[];
  }

  async function readiness({ url }: Instance): Promise<Readiness> {
    return (await fetch(`${url}/health/ready`)).json() as Promise<Readiness>;
  }

  /** Between its start and its service nobody listens for a moment. */
  const isReady = (instance: Instance) =>
    until(async () => (await readiness(instance).catch(() => null))?.status === 'ready', 60_000);

  const allApplied = () => until(async () => (await applied()) === taken, 60_000);

  it('take what providers send to the read models, whichever instance took it', async () => {
    // A new source is known to ingest within 5 s.
    await until(async () => (await click(cluster.of('ingest')[0]!)) === 200, 20_000);
    await until(async () => (await click(cluster.of('ingest')[1]!)) === 200, 20_000);
    expect(await clicks(40)).toEqual(new Array(40).fill(200));
    await allApplied();
    const effects = await fetch(`${cluster.of('api')[0]!.url}/v1/contacts?limit=1`, {
      headers: { authorization: `Bearer ${demo.apiKey}` },
    });
    expect(effects.status).toBe(200);
  }, 120_000);

  it('drain at SIGTERM: the other instance takes over, nothing is lost', async () => {
    const [first, second] = cluster.of('rules') as [Instance, Instance];
    const sent = clicks(60);
    expect(await first.stop()).toBe(0);
    expect(await sent).toEqual(new Array(60).fill(200));
    await allApplied();
    expect((await readiness(second)).status).toBe('ready');
    await first.start();
    await isReady(first);
  }, 120_000);

  it('ingest needs Kafka only: with Postgres stopped every delivery still gets 2xx, after a restart too', async () => {
    const [first, second] = cluster.of('ingest') as [Instance, Instance];
    await cluster.stopDatabase();
    expect(await clicks(60)).toEqual(new Array(60).fill(200));
    await first.kill();
    await first.start();
    await isReady(first);
    expect((await readiness(first)).checks.find(({ part }) => part === 'sources')?.reasons.join()).toContain(
      'The database does not answer',
    );
    expect(await clicks(60)).toEqual(new Array(60).fill(200));
    for (const service of ['rules', 'projection', 'delivery', 'api'])
      expect((await readiness(cluster.of(service)[0]!)).checks).toEqual([
        expect.objectContaining({ part: 'database', ok: false }),
      ]);
    expect((await readiness(second)).status).toBe('ready');
    await cluster.startDatabase();
    await allApplied();
  }, 240_000);

  it('topics grow while events come: order per contact holds across the generations', async () => {
    const contacts = Array.from({ length: 8 }, (_, n) => `grow${n}@example.com`);
    const reached = new Map(contacts.map((contact) => [contact, 0]));
    let going = true;
    const sending = contacts.map(async (contact, index) => {
      for (let n = 1; going; n += 1) {
        // Either instance, and the same event again until it is taken.
        for (let at = n + index; (await send(cluster.of('ingest')[at % 2]!, contact, n)) !== 200; at += 1);
        reached.set(contact, n);
      }
    });
    await until(() => [...reached.values()].every((n) => n >= 3), 30_000);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [installed('bin', 'afterclick.mjs'), 'topics', 'grow', 'engagements', '--partitions', '7'],
      {
        env: {
          ...process.env,
          DATABASE_URL: cluster.databaseUrl,
          AFTERCLICK_MASTER_KEY: MASTER_KEY,
          AFTERCLICK_DATA: join(cluster.folder, 'grow'),
        },
      },
    );
    expect(stdout).toContain('engagements has 7 partitions now (generation 2)');
    const atOpening = new Map(reached);
    await until(
      () => contacts.every((contact) => (reached.get(contact) ?? 0) > (atOpening.get(contact) ?? 0) + 2),
      30_000,
    );
    going = false;
    await Promise.all(sending);
    for (const contact of contacts) {
      const all = Array.from({ length: reached.get(contact) ?? 0 }, (_, n) => n + 1);
      await until(async () => (await orderOf(contact)).length >= all.length, 60_000);
      expect(await orderOf(contact)).toEqual(all);
    }
  }, 180_000);

  it('the changes feed tells each change once, in the order of its contact, though the projection is killed under writes', async () => {
    const api = cluster.of('api')[0]!;
    const [projection] = cluster.of('projection') as [Instance];
    const headers = { authorization: `Bearer ${demo.apiKey}`, 'content-type': 'application/json' };
    const write = async (lane: number, n: number): Promise<void> => {
      const body = JSON.stringify({ email: `feed-${(lane + n) % 3}@example.com`, addTags: [`turn-${lane}-${n}`] });
      const answer = await fetch(`${api.url}/v1/contacts`, { method: 'PUT', headers, body });
      await answer.arrayBuffer();
      expect([200, 202]).toContain(answer.status);
    };
    const lanes = async (turns: number, first: number) => {
      const lane = async (of: number) => {
        for (let n = first; n < first + turns; n += 1) await write(of, n);
      };
      await Promise.all([0, 1, 2, 3].map(lane));
    };
    const reached = projection.reaches('mid-batch', { withinMs: 60_000 });
    const written = lanes(5, 0);
    await reached;
    await projection.kill();
    await projection.start();
    await written;
    await lanes(2, 5);
    const client = new pg.Client({ connectionString: cluster.databaseUrl });
    await client.connect();
    try {
      await until(async () => {
        const { rows } = await client.query<{ behind: string }>(
          `select (select count(*) from engine.event) - (select count(*) from read.timeline) as behind`,
        );
        return Number(rows[0]?.behind) === 0;
      }, 60_000);
      const told: { contactId: string; version: number }[] = [];
      for (let after = '', more = true; more; ) {
        const answer = await fetch(`${api.url}/v1/changes?limit=7${after}`, { headers });
        const page = (await answer.json()) as { items: typeof told; next: string; more: boolean };
        told.push(...page.items);
        [after, more] = [`&after=${page.next}`, page.more];
      }
      const last = new Map<string, number>();
      for (const { contactId, version } of told) {
        expect(version).toBeGreaterThan(last.get(contactId) ?? 0);
        last.set(contactId, version);
      }
      const { rows } = await client.query<{ change: string }>(
        `select contact_id || '/' || version as change from read.timeline where changed is not null`,
      );
      expect(told.map(({ contactId, version }) => `${contactId}/${version}`).sort()).toEqual(
        rows.map(({ change }) => change).sort(),
      );
      expect(told.length).toBeGreaterThanOrEqual(28);
    } finally {
      await client.end();
    }
  }, 240_000);

  it('a service that starts before the database is there waits, alive and not ready, and says why', async () => {
    const [rules] = cluster.of('rules') as [Instance];
    await rules.stop();
    await cluster.stopDatabase();
    await rules.start();
    expect(await readiness(rules)).toMatchObject({
      status: 'not ready',
      checks: [{ part: 'start', reasons: [expect.stringContaining('waits')] }],
    });
    await cluster.startDatabase();
    await isReady(rules);
    expect(cluster.instances.flatMap(({ crashes }) => crashes)).toEqual([]);
  }, 120_000);
});
