/** An effect on record is never asked for again: not by a later version, not by an earlier one put back, not by the same delivery. */
import { deriveId, type Uuid } from '#contracts/ids.js';
import { event, type RunningEngine, runningEngine } from '#testing/api/running-engine.js';
import { until } from '#testing/until.js';

interface Effect extends Record<string, unknown> {
  readonly effectId: Uuid;
  readonly cause: Uuid;
  readonly version: number;
  readonly workspace: Uuid;
}

const yaml = (title: string) =>
  `rule: once\non: opened\nsettle: 2s\nthen:\n  - { id: tell, notify: { to: owner, title: ${title} } }\n`;

let engine: RunningEngine;
beforeAll(async () => {
  engine = await runningEngine();
}, 60_000);
afterAll(() => engine?.stop());

const inForce = () =>
  engine.askUntil<{ inForce: number; of: number }>('/v1/rules', ({ inForce, of }) => inForce === of);
async function publish(title: string): Promise<void> {
  await engine.ask('/v1/rules/publish', { method: 'POST', body: { files: { 'rules/once.yaml': yaml(title) } } });
  await inForce();
}
async function rollback(version: number): Promise<void> {
  await engine.ask('/v1/rules/once/rollback', { method: 'POST', body: { version } });
  await inForce();
}
const effects = async (email: string) =>
  (
    await engine.runtime.pool.query<Effect>(
      `select e.effect_id as "effectId", t.causation_id as cause, e.rule_version as version, e.workspace_id as workspace
from read.effect e join read.contact c using (workspace_id, contact_id)
join read.timeline t on t.workspace_id = e.workspace_id and t.contact_id = e.contact_id and t.type = 'rule_fired'
  and t.event_id = (select r.causation_id from read.timeline r where r.workspace_id = e.workspace_id and r.contact_id = e.contact_id and r.version = e.version)
where c.email = $1 and e.rule = 'once'`,
      [email],
    )
  ).rows;

it('is asked for once, whichever version is in force by then', async () => {
  await publish('First');
  const waiting = JSON.stringify([event('ann@example.com', 'open')]);
  expect((await engine.sendgrid(waiting)).status).toBe(200);
  // The opening settles meanwhile: whichever version is in force when it has is asked, once.
  await publish('Second');
  await until(async () => (await effects('ann@example.com')).length > 0, 20_000);
  const [asked, ...more] = await effects('ann@example.com');
  expect(more).toEqual([]);
  const { effectId, cause, workspace } = asked!;
  // Made of rule, cause and action: no version has a part in it.
  expect(effectId).toBe(deriveId('effect', workspace, 'once', cause, 'tell'));

  await rollback(1);
  expect((await engine.sendgrid(waiting)).status).toBe(200);
  await publish('Third');
  expect((await engine.sendgrid(waiting)).status).toBe(200);
  // What comes after is decided after: once that has its effect, the repeated opening has had its turn.
  expect((await engine.sendgrid([event('ann@example.com', 'open')])).status).toBe(200);
  await until(async () => (await effects('ann@example.com')).length === 2, 20_000);
  const all = await effects('ann@example.com');
  expect(new Set(all.map((one) => one.effectId)).size).toBe(2);
  expect(all.filter((one) => one.cause === cause)).toEqual([asked]);
  expect(all.find((one) => one.cause !== cause)?.version).toBe(3);
  const told = ({ items }: { items: { title: string }[] }) =>
    items.map(({ title }) => title).filter((title) => ['First', 'Second', 'Third'].includes(title));
  const inbox = await engine.askUntil<{ items: { title: string }[] }>(
    '/v1/notifications?limit=100',
    (list) => told(list).length > 1,
  );
  expect(told(inbox).sort()).toEqual(['Second', 'Third']);
}, 90_000);
