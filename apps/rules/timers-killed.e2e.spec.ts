/** The process that fires what is due is killed in the midst of it, at each point between the table and the log: everything fires once. */
import { type KillableEngine, killableEngine } from '#testing/api/killable-engine.js';
import type { Point } from '#testing/chaos/points/point.js';
import { until } from '#testing/until.js';

const OF_A_ROUND = 40;
/** Sixty points lost in a minute: a second after the tag the score is below the line. */
const RULES = {
  'rules/warm.yaml': 'rule: warm\non: { tag_added: lead }\nthen: [{ add_score: { points: 60, expires_in: 1m } }]\n',
  'rules/cold.yaml': 'rule: cold\non: { score_falls_below: 60 }\nthen: [{ add_tag: cold }]\n',
};
/** Timers armed; committed to the lane of what fired; marked there as relayed; on the log; and inputs that are not decided. */
const STANDS = `select (select count(*) from engine.timer)::int as armed,
  (select coalesce(sum(next), 0) from log.outbox_lane where lane = 'timers')::int as committed,
  (select coalesce(sum(relayed), 0) from log.outbox_lane where lane = 'timers')::int as marked,
  (select count(*) from log.record where type = 'timer_due')::int as appended,
  (select coalesce(sum(h.next - c.next), 0) from log.head h
   join log.checkpoint c on c.topic = h.topic and c.partition = h.partition and c.consumer_group = 'rules')::int as undecided`;
const TIMES = `select type, count(*)::int as events, count(distinct contact_id)::int as contacts from engine.event
  where type = 'timer_fired' or (type = 'rule_fired' and data ->> 'rule' = 'cold') group by type order by type`;
/** Nobody waits ten seconds for the dead. */
const BURIED = [
  'delete from log.consumer',
  ...['log.checkpoint', 'log.outbox_lane', 'engine.timer_firing'].map(
    (table) => `update ${table} set leased_until = clock_timestamp() where owner is not null`,
  ),
];

interface Stands {
  readonly armed: number;
  readonly committed: number;
  readonly marked: number;
  readonly appended: number;
  readonly undecided: number;
}
interface Rules {
  readonly number: number;
  readonly inForce: number;
  readonly of: number;
}

let engine: KillableEngine;
let sent = 0;

const send = <Body>(path: string, method: string, body: object) =>
  engine.askUntil<Body>(path, () => true, { method, body: JSON.stringify(body) });
const rowsOf = <Row>(sql: string, values: readonly unknown[] = []) =>
  engine.database(async (client) => (await client.query(sql, [...values])).rows as Row[]);
const stands = async () => (await rowsOf<Stands>(STANDS))[0] as Stands;
const isDone = async () => {
  const { armed, committed, marked, undecided } = await stands();
  return armed === 0 && committed === marked && undecided === 0;
};

beforeAll(async () => {
  engine = await killableEngine();
  const { number } = await send<Rules>('/v1/rules/publish', 'POST', { files: RULES });
  await engine.askUntil<Rules>('/v1/rules', (rules) => rules.number === number && rules.inForce === rules.of);
  // Contacts of the demo are shown to what was published by timers too: those are not what is killed here.
  await until(
    async () => (await rowsOf('select from engine.intake where number = $1 and done', [number])).length === 1,
  );
  await until(isDone);
}, 180_000);
afterAll(() => engine.end(), 60_000);

it.each<{ where: string; point: Point; holds: (now: Stands, before: Stands) => boolean }>([
  {
    where: 'taken and not committed',
    point: 'mid-batch',
    holds: (now, before) => now.armed > 0 && now.committed === before.committed,
  },
  {
    where: 'committed and not known to be',
    point: 'after-commit',
    holds: (now, before) => now.committed > before.committed,
  },
  {
    where: 'on the log and not marked',
    point: 'after-produce',
    holds: (now, before) => now.appended > before.appended && now.marked === before.marked,
  },
])(
  'is killed with timers $where: each fires once',
  async ({ point, holds }) => {
    const before = await stands();
    const contacts = Array.from({ length: OF_A_ROUND }, (_, nth) => ({
      email: `c${nth}@${point}.example`,
      addTags: ['lead'],
    }));
    const reached = engine.instance.reaches(point, { of: 'timers' });
    await send('/v1/contacts', 'PUT', { contacts });
    await reached;
    await engine.instance.kill();
    expect(holds(await stands(), before)).toBe(true);
    for (const sql of BURIED) await rowsOf(sql);
    await engine.instance.start();

    sent += OF_A_ROUND;
    await until(async () => {
      const [, fired] = await rowsOf<{ contacts: number }>(TIMES);
      return fired?.contacts === sent && (await isDone());
    }, 60_000);
    expect(await rowsOf(TIMES)).toEqual(
      ['rule_fired', 'timer_fired'].map((type) => ({ type, events: sent, contacts: sent })),
    );
  },
  120_000,
);
