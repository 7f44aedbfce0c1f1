/** Segments through the API: published beside rules, judged as engagements arrive, and kept while something asks for them. */
import { event, type RunningEngine, runningEngine } from '#testing/api/running-engine.js';

const FILES = {
  'segments/openers.yaml': `segment: openers\ndescription: Has opened twice in a month.\nif: 'count("opened", "30d") >= 2'\n`,
  'rules/greet-opener.yaml': 'rule: greet-opener\non: { segment_entered: openers }\nthen:\n  - add_tag: opener\n',
};

let engine: RunningEngine;
beforeAll(async () => {
  engine = await runningEngine();
}, 60_000);
afterAll(() => engine?.stop());

const READERS = {
  'segments/readers.yaml': `segment: readers\nif: 'count("opened", "30d") >= 2'\n`,
  'rules/greet-reader.yaml': 'rule: greet-reader\non: { segment_entered: readers }\nthen:\n  - add_tag: reader\n',
};

interface Event {
  readonly id: string;
  readonly type: string;
  readonly causationId: string;
  readonly data: Readonly<Record<string, unknown>>;
}
interface Contact {
  readonly id: string;
  readonly engagements: number;
  readonly tags: readonly string[];
}

const contactOf = async (email: string, fits: (contact: Contact) => boolean): Promise<Contact> => {
  const { items } = await engine.askUntil<{ items: Contact[] }>(
    `/v1/contacts?email=${email}`,
    ({ items: [found] }) => found !== undefined && fits(found),
  );
  return items[0]!;
};
/** In the order of time. */
const timelineOf = async ({ id }: Contact, fits: (events: readonly Event[]) => boolean): Promise<readonly Event[]> =>
  (
    await engine.askUntil<{ items: Event[] }>(`/v1/contacts/${id}/timeline`, ({ items }) => fits(items))
  ).items.reverse();
const has = (type: string) => (events: readonly Event[]) => events.some((one) => one.type === type);
/** Each a second after the one before: openings of one message within a second are one. */
let second = Math.floor(Date.now() / 1000) - 600;
const opened = (email: string) => engine.sendgrid([event(email, 'open', { timestamp: second++ })]);

const send = <Body = Record<string, unknown>>(path: string, body: unknown) =>
  engine.ask<Body>(`/v1/rules/${path}`, { method: 'POST', body });

describe('a segment', () => {
  it('takes in silently who is there, and is entered by what comes from then on, which triggers', async () => {
    await opened('old@example.com');
    await opened('old@example.com');
    const old = await contactOf('old@example.com', ({ engagements }) => engagements === 2);
    await send('publish', { files: READERS });

    // Nothing comes in for it: it is shown to the segment in the background.
    const taken = await timelineOf(old, has('segment_entered'));
    expect(taken.find(({ type }) => type === 'segment_entered')).toMatchObject({
      data: { segment: 'readers', version: 1, silent: true },
    });
    expect(has('rule_fired')(taken)).toBe(false);

    await opened('new@example.com');
    await opened('new@example.com');
    const entered = await contactOf('new@example.com', ({ tags }) => tags.includes('reader'));
    const events = await timelineOf(entered, has('tag_added'));
    const types = events.map(({ type }) => type);
    expect(types.slice(types.lastIndexOf('engagement_recorded'))).toEqual([
      ...['engagement_recorded', 'segment_entered', 'rule_fired', 'tag_added', 'timer_armed'],
    ]);
    const entry = events.find(({ type }) => type === 'segment_entered')!;
    expect(entry).toMatchObject({ data: { segment: 'readers', version: 1 } });
    expect(entry.data).not.toHaveProperty('silent');

    // A member already: its next opening triggers nothing either.
    await opened('old@example.com');
    expect(await contactOf('old@example.com', ({ engagements }) => engagements === 3)).toMatchObject({ tags: [] });
    const all = await timelineOf(old, (some) => some.length > taken.length);
    expect(all.filter(({ type }) => type === 'segment_entered')).toHaveLength(1);
    expect(has('rule_fired')(all)).toBe(false);
  });

  it('is not retired while a rule in force asks for it, and is once none does', async () => {
    expect((await send('publish', { files: FILES })).body).toMatchObject({ outcome: 'published' });
    expect((await engine.ask('/v1/segments')).body).toMatchObject({
      items: expect.arrayContaining([
        {
          ...{ name: 'openers', state: 'published', version: 1, if: 'count("opened", "30d") >= 2' },
          description: 'Has opened twice in a month.',
        },
      ]),
    });
    const number = (await engine.ask<{ number: number }>('/v1/rules')).body.number;
    expect(await send('segment:openers/rollback', { version: null })).toMatchObject({
      status: 409,
      body: {
        title: 'Still needed',
        errors: [
          {
            field: 'body.version',
            problem: 'rule greet-opener asks for segment openers, which would not be in force',
          },
        ],
      },
    });
    expect((await engine.ask<{ number: number }>('/v1/rules')).body.number).toBe(number);
    expect((await send('greet-opener/rollback', { version: null })).status).toBe(200);
    expect((await send('segment:openers/rollback', { version: null })).body).toMatchObject({
      changes: [{ rule: 'segment:openers', version: null, before: 1 }],
    });
    expect((await engine.ask('/v1/segments/openers')).body).toMatchObject({
      ...{ name: 'openers', state: 'retired', version: null, yaml: FILES['segments/openers.yaml'] },
      ...{ description: 'Has opened twice in a month.', versions: [{ version: 1 }], of: 2 },
    });
    expect(await engine.ask('/v1/segments/openrs')).toMatchObject({
      status: 404,
      body: { detail: 'There is no segment openrs: did you mean openers?' },
    });
    // Nor is a rule put back that would ask for it.
    expect((await send('greet-opener/rollback', { version: 1 })).status).toBe(409);
  });
});
