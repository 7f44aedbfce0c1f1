/** A publication whose instance is killed while some partitions have it in force: a start finishes it, by the same inputs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KillableEngine, killableEngine } from '#testing/api/killable-engine.js';

interface Rules {
  readonly number: number;
  readonly inForce: number;
  readonly of: number;
}

let engine: KillableEngine;
beforeAll(async () => {
  engine = await killableEngine({ AFTERCLICK_PARTITIONS: '4' });
}, 180_000);
afterAll(() => engine.end(), 60_000);

const FILES = { 'rules/late.yaml': 'rule: late\non: opened\nthen:\n  - add_score: 1\n' };
const HELD = 2;

/** The page of all rules, as somebody sees it who signed in with the key of the data folder. */
async function rulesPage(): Promise<string> {
  const { url } = engine.instance;
  const key = readFileSync(join(engine.dataDir, 'api.key'), 'utf8').trim();
  const signedIn = await fetch(`${url}/sign-in?key=${key}`, { redirect: 'manual' });
  const cookie = signedIn.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  return (await fetch(`${url}/pages/rules`, { headers: { cookie } })).text();
}

/** Inputs of a publication on the log. */
const inputsOf = (number: number) =>
  engine.database(async (client) => {
    const { rows } = await client.query<{ partition: number; id: string }>(
      `select partition, id from log.record where type = 'rules_published' and (data ->> 'number')::int = $1
order by partition`,
      [number],
    );
    return rows;
  });

it('is in force on some of them meanwhile, as API and pages say, and on all of them after a start', async () => {
  await engine.askUntil<Rules>('/v1/rules', ({ inForce, of }) => of === 4 && inForce === of);
  const publish = { method: 'POST', body: JSON.stringify({ files: FILES }) };
  const { number, before } = await engine.database(async (client) => {
    // Nobody moves past this partition's checkpoint: what is published does not take force there.
    await client.query('begin');
    const { rowCount } = await client.query(
      `select from log.checkpoint where consumer_group = 'rules' and topic = 'engagements.g1' and partition = $1 for update`,
      [HELD],
    );
    expect(rowCount).toBe(1);
    const published = await engine.askUntil<Rules>('/v1/rules/publish', () => true, publish);
    const partly = await engine.askUntil<Rules>('/v1/rules', ({ inForce }) => inForce === 3);
    expect(partly).toMatchObject({ number: published.number, of: 4 });
    expect(await rulesPage()).toContain('in force on 3 of 4');
    const inputs = await inputsOf(published.number);
    await engine.instance.kill();
    await client.query('rollback').catch(() => null);
    return { number: published.number, before: inputs };
  });
  await engine.instance.start();
  const whole = await engine.askUntil<Rules>('/v1/rules', ({ inForce, of }) => inForce === of);
  expect(whole).toMatchObject({ number, inForce: 4, of: 4 });
  // One input a partition, and those of before: nothing was published anew.
  expect(await inputsOf(number)).toEqual(before);
  expect(before.map(({ partition }) => partition)).toEqual([0, 1, 2, 3]);
}, 180_000);
