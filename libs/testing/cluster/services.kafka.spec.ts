/** The services of docker-compose.yml as processes of their own, on a real broker. */
import { createHmac, randomBytes } from 'node:crypto';
import pg from 'pg';
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
    const { path, secret } = demo.hmacSource!;
    const body = JSON.stringify({
      type: 'clicked',
      id: `c-${made}`,
      email: `c${made % 20}@example.com`,
      actor: 'human',
    });
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
    const headers = {
      'content-type': 'application/json',
      'x-webhook-timestamp': timestamp,
      'x-webhook-signature': signature,
    };
    const { status } = await fetch(`${ingest.url}/ingest/${path}`, { method: 'POST', headers, body });
    if (status === 200) taken += 1;
    return status;
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
