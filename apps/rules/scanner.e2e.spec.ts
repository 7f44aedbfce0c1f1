/** A scanner that looks like a browser, on the whole engine: whatever it clicks, no click of a person is left. */
import { event, type RunningEngine, runningEngine } from '#testing/api/running-engine.js';

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const NOW = Math.floor(Date.now() / 1000) - 600;
const RULES = {
  'rules/human.yaml': `
rule: human
on: clicked
where: 'event.actor == "human"'
if: 'count("clicked", "7d", e, e.actor == "human") >= 1'
then: [{ add_score: 10 }]
`,
  'rules/later.yaml': `
rule: later
on: opened
if: 'count("clicked", "7d", e, e.actor == "human") == 0'
then: [{ add_tag: no-human-click }]
`,
};

interface Contact {
  readonly id: string;
  readonly score: number;
  readonly engagements: number;
  readonly tags: readonly string[];
}

describe('clicks of machines', () => {
  let engine: RunningEngine;
  beforeAll(async () => {
    engine = await runningEngine();
    await engine.ask('/v1/rules/publish', { method: 'POST', body: { files: RULES } });
    await engine.askUntil<{ items: unknown[] }>('/v1/rules', ({ items }) => JSON.stringify(items).includes('"human"'));
  });
  afterAll(() => engine.stop());

  const click = (email: string, link: string, after: number, more: object = {}) =>
    event(email, 'click', {
      url: `https://example.com/${link}`,
      timestamp: NOW + after,
      sg_message_id: 'message.x',
      useragent: CHROME,
      ...more,
    });
  const contact = async (email: string, engagements: number): Promise<Contact> => {
    const fits = ({ items }: { items: Contact[] }) => items[0]?.engagements === engagements;
    return (await engine.askUntil<{ items: Contact[] }>(`/v1/contacts?email=${email}`, fits)).items[0] as Contact;
  };
  const actors = async ({ id }: Contact): Promise<Record<string, number>> => {
    const { rows } = await engine.runtime.pool.query<{ actor: string; count: number }>(
      `select actor, count(*)::int as count from read.engagement where contact_id = $1 and type = 'clicked' group by 1`,
      [id],
    );
    return Object.fromEntries(rows.map(({ actor, count }) => [actor, count]));
  };

  it('over five links within seconds: no click, no score and no count of a person is left', async () => {
    for (const [index, link] of ['a', 'b', 'c', 'd', 'e'].entries())
      await engine.sendgrid([click('scanned@example.com', link, index)]);
    const found = await contact('scanned@example.com', 5);
    expect(found.score).toBe(0);
    expect(await actors(found)).toEqual({ machine: 5 });
    await engine.sendgrid([event('scanned@example.com', 'open', { timestamp: NOW + 60, sg_machine_open: false })]);
    expect((await contact('scanned@example.com', 6)).tags).toContain('no-human-click');
    const timeline = (await engine.ask<{ items: { type: string }[] }>(`/v1/contacts/${found.id}/timeline`)).body.items;
    expect(timeline.filter(({ type }) => type === 'engagement_reclassified')).toHaveLength(2);
    const page = await engine.ask<string>(`/pages/contacts/${found.id}`, {
      headers: { cookie: await signedIn() },
      key: null,
    });
    expect(page.body).toContain('several links within seconds');
  });

  it('at the delivery; a person who takes their time stays a person', async () => {
    await engine.sendgrid([
      event('person@example.com', 'delivered', { timestamp: NOW, sg_message_id: 'message.x' }),
      click('person@example.com', 'a', 1),
      click('person@example.com', 'a', 45),
      click('person@example.com', 'b', 65),
    ]);
    const found = await contact('person@example.com', 4);
    expect(await actors(found)).toEqual({ machine: 1, human: 2 });
    expect(found.score).toBe(20);
  });

  it('by its own name, and the source that wants no judgement of ours is left alone', async () => {
    await engine.sendgrid([click('named@example.com', 'a', 0, { useragent: 'Barracuda Sentinel (EE)' })]);
    expect(await actors(await contact('named@example.com', 1))).toEqual({ machine: 1 });
    const { items } = (await engine.ask<{ items: { id: string; provider: string }[] }>('/v1/sources')).body;
    const source = items.find(({ provider }) => provider === 'sendgrid');
    const body = { policy: { deriveActors: false } };
    expect((await engine.ask(`/v1/sources/${source?.id}`, { method: 'PATCH', body })).body).toMatchObject(body);
    let nth = 0;
    const isLeft = async (): Promise<boolean> => {
      nth += 1;
      const email = `left${nth}@example.com`;
      await engine.sendgrid(['a', 'b', 'c'].map((link, index) => click(email, link, index)));
      return (await actors(await contact(email, 3)))['unknown'] === 3;
    };
    while (!(await isLeft())) expect(nth).toBeLessThan(50);
  });

  async function signedIn(): Promise<string> {
    const answer = await engine.ask(`/sign-in?key=${engine.key}`, { key: null });
    return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  }
});
