/** `topics grow` on a live system: two instances on one database, under load. */
import { createHmac, randomBytes } from 'node:crypto';
import { wishGrowth } from '#adapters/postgres/log/generations/growth.js';
import { createPool, type Pool } from '#adapters/postgres/pool.js';
import { publishRules } from '#apps/rules/publish-rules.js';
import { laneOf } from '#contracts/topics.js';
import { readConfiguration } from '#platform/configuration/configuration.js';
import { createLogger } from '#platform/logging/logger.js';
import { installed } from '#platform/runtime/installation.js';
import { readRuleFiles } from '#platform/runtime/rule-files.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { temporaryFolder } from '#testing/standalone.js';
import { until } from '#testing/until.js';
import { type Standalone, startStandalone } from './standalone.js';

const [BEFORE, AFTER] = [3, 7];
const CONTACTS = 24;
const MASTER_KEY = randomBytes(32).toString('hex');

let database: TestDatabase;
let pool: Pool;
let folders: ReturnType<typeof temporaryFolder>[];
let instances: Standalone[];

async function start(folder: { readonly path: string }): Promise<Standalone> {
  const settings = {
    port: 0,
    dataDir: folder.path,
    databaseUrl: database.url,
    partitions: BEFORE,
    masterKey: MASTER_KEY,
  };
  const configuration = readConfiguration({}, settings);
  return startStandalone(configuration, { watchRules: null, logger: createLogger('silent') });
}

beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.url, { role: 'test', max: 2 });
  folders = [temporaryFolder(), temporaryFolder()];
  instances = [await start(folders[0]!), await start(folders[1]!)];
}, 120_000);

afterAll(async () => {
  for (const instance of instances) await instance.stop();
  for (const folder of folders) folder.remove();
  await pool.end();
  await database.drop();
}, 60_000);

/** One contact's events, each sent once the one before is taken, to either instance; sent again when it was refused. */
class Sender {
  taken = 0;

  constructor(private readonly contact: string) {}

  async run(goesOn: () => boolean): Promise<void> {
    for (let n = 1; goesOn(); n += 1) {
      while ((await this.send(n)) !== 200) await new Promise((resolve) => setImmediate(resolve));
      this.taken = n;
    }
  }

  async send(n: number): Promise<number> {
    const instance = instances[(n + this.contact.length) % instances.length]!;
    // The one that started last has given the source its keys.
    const { path, secret } = instances[1]!.where.hmacSource!;
    const url = `https://example.com/page?n=${n}`;
    const body = JSON.stringify({ type: 'clicked', id: `${this.contact}-${n}`, email: this.contact, url });
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
    const headers = {
      'content-type': 'application/json',
      'x-webhook-timestamp': timestamp,
      'x-webhook-signature': signature,
    };
    const answer = await fetch(`${instance.where.url}/ingest/${path}`, { method: 'POST', headers, body });
    await answer.arrayBuffer();
    return answer.status;
  }
}

async function stateOf(): Promise<string | undefined> {
  return (await pool.query<{ state: string }>('select state from log.generation')).rows[0]?.state;
}

async function clicksOf(contact: string): Promise<{ n: number; lane: number }[]> {
  const { rows } = await pool.query<{ url: string; lane: number }>(
    `select t.pii ->> 'url' as url, e.lane from read.contact c
     join read.timeline t on t.workspace_id = c.workspace_id and t.contact_id = c.contact_id
     join engine.event e on e.workspace_id = t.workspace_id and e.contact_id = t.contact_id and e.version = t.version
     where c.email = $1 and t.type = 'engagement_recorded' order by t.version`,
    [contact],
  );
  return rows.map(({ url, lane }) => ({ n: Number(new URL(url).searchParams.get('n')), lane }));
}

it('grows while events come: order per contact holds, nothing is lost, rules stay in force', async () => {
  const [{ runtime }] = instances as [Standalone];
  const workspace = (await pool.query<{ id: string }>("select id from registry.workspace where name = 'demo'"))
    .rows[0]!;
  for (const probe of ['a@example.com', 'ab@example.com'])
    await until(async () => (await new Sender(probe).send(1)) === 200, 20_000);
  const senders = Array.from({ length: CONTACTS }, (_, n) => new Sender(`grow-${n}@example.com`));
  let going = true;
  const load = Promise.all(senders.map((sender) => sender.run(() => going)));
  await until(() => senders.every(({ taken }) => taken >= 3), 60_000);

  await wishGrowth(pool, AFTER);
  const files = await readRuleFiles(installed('library', 'demo'));
  const changed = files.map((file) =>
    file.path.endsWith('.yaml') ? { ...file, text: `# changed\n${file.text}` } : file,
  );
  await expect(publishRules(runtime, workspace.id, changed)).rejects.toThrow('engagements is growing');
  await until(async () => (await stateOf()) === 'announced', 30_000);
  const taken = senders.map((sender) => sender.taken);
  await until(async () => (await stateOf()) === 'open', 60_000);
  // Nobody was refused meanwhile for longer than it takes to look.
  expect(senders.filter((sender, n) => sender.taken > (taken[n] ?? 0)).length).toBe(CONTACTS);
  const atOpening = senders.map((sender) => sender.taken);
  await until(() => senders.every((sender, n) => sender.taken > (atOpening[n] ?? 0) + 2), 60_000);
  going = false;
  await load;

  const generations = new Set<number>();
  for (const [n, sender] of senders.entries()) {
    const contact = `grow-${n}@example.com`;
    await until(async () => (await clicksOf(contact)).length >= sender.taken, 60_000);
    const clicks = await clicksOf(contact);
    expect(clicks.map((click) => click.n)).toEqual(Array.from({ length: sender.taken }, (_, index) => index + 1));
    for (const { lane } of clicks) generations.add(lane < laneOf(2, 0) ? 1 : 2);
    expect(clicks.map(({ lane }) => (lane < laneOf(2, 0) ? 1 : 2))).toEqual(
      clicks.map(({ lane }) => (lane < laneOf(2, 0) ? 1 : 2)).sort(),
    );
  }
  expect([...generations].sort()).toEqual([1, 2]);

  const { rows } = await pool.query(
    `select count(distinct partition)::int as partitions, min(position)::int as first from registry.rule_activation
     where topic = 'engagements.g2' and workspace_id = $1`,
    [workspace.id],
  );
  expect(rows).toEqual([{ partitions: AFTER, first: -1 }]);
  await until(() => runtime.topics.engagements === 'engagements.g2');
  const published = await publishRules(runtime, workspace.id, changed);
  expect(published.outcome).toBe('published');
  await until(async () => {
    const { rows: inForce } = await pool.query(
      `select from registry.rule_activation where topic = 'engagements.g2' and position >= 0 and workspace_id = $1`,
      [workspace.id],
    );
    return inForce.length >= AFTER;
  }, 20_000);
  await expect(wishGrowth(pool, AFTER)).rejects.toThrow(`engagements has ${AFTER} partitions: it can only grow`);
}, 240_000);

it('whoever was done with the old generation cannot read it any more; a restart goes on in the new one', async () => {
  const { rows } = await pool.query(
    `select consumer_group, topic, bool_and(owner like 'closed%') as closed from log.checkpoint
     where topic in ('engagements.g1', 'contact-events.g1') group by 1, 2 order by 1, 2`,
  );
  expect(rows.every(({ closed }) => closed)).toBe(true);
  expect(rows.map(({ consumer_group: group, topic }) => `${group} ${topic}`)).toEqual([
    'delivery contact-events.g1',
    'projection contact-events.g1',
    'rules engagements.g1',
  ]);
  await instances[0]!.stop();
  instances[0] = await start(folders[0]!);
  const sender = new Sender('after@example.com');
  let sent = 0;
  await sender.run(() => sent++ < 3);
  await until(async () => (await clicksOf('after@example.com')).length === 3, 30_000);
  const readiness = (await (await fetch(`${instances[0]!.where.url}/health/ready`)).json()) as {
    checks: { ok: boolean; reasons: string[] }[];
  };
  expect(readiness.checks.filter(({ ok }) => !ok)).toEqual([]);
}, 120_000);
