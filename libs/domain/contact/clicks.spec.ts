import { given, rulesOf } from '#testing/given.js';
import { engagement, MINUTE, NOON } from '#testing/inputs.js';

const SECOND = 1_000;

/** A click whose maker the provider does not state; by its user agent it looks like a person's. */
const click = (link: string, at: number, more: { message?: string; nth?: number; recordedAt?: number } = {}) =>
  engagement('clicked', {
    at,
    recordedAt: more.recordedAt ?? Math.max(at, NOON + MINUTE),
    nth: `${link} ${more.nth ?? 0}`,
    pii: { url: `https://example.com/${link}`, providerMessageId: more.message ?? 'm1' },
  });
const derived = (placed: ReturnType<typeof click>, actor: 'human' | 'machine', actorDerived = true) => ({
  ...placed,
  input: { ...placed.input, data: { ...placed.input.data, actor, actorDerived } },
});
const delivered = (at: number, message = 'm1') =>
  engagement('delivered', { at, recordedAt: NOON + MINUTE, pii: { providerMessageId: message } });
const HOT = `
rule: hot
on: clicked
where: 'event.actor != "machine"'
if: 'count("clicked", "1d", e, e.actor != "machine") >= 1'
then: [{ add_score: 10 }, { add_tag: clicked }]
`;
const rules = rulesOf([HOT]);
const counts = (state: { counters: Record<string, { h: readonly number[] }> }) =>
  Object.values(state.counters).flatMap(({ h }) => h.filter((_, index) => index % 2 === 1));

describe('a burst of clicks', () => {
  it('over three links within ten seconds is a machine’s: the first ones are reclassified, counters and score corrected', () => {
    const world = given(rules).happened(click('a', NOON), click('b', NOON + 4 * SECOND));
    const then = world.when(click('c', NOON + 9 * SECOND));
    expect(then.types).toEqual([
      'engagement_recorded',
      ...['engagement_reclassified', 'score_added', 'engagement_reclassified', 'score_added'],
    ]);
    expect(then.of('engagement_recorded')[0]?.data).toMatchObject({ actor: 'machine', actorDerived: true });
    expect(then.of('engagement_reclassified').map(({ data }) => data)).toEqual([
      expect.objectContaining({ actor: 'machine', before: 'unknown', reason: 'burst', countedAt: NOON }),
      expect.objectContaining({ countedAt: NOON + 4 * SECOND }),
    ]);
    expect(then.state.score).toBe(0);
    expect(then.state.counters).toEqual({});
    // What people may have seen already stays.
    expect(then.state.tags).toEqual(['clicked']);
  });

  it('of five links ends with no click of a person', () => {
    const world = given(rules);
    const links = ['a', 'b', 'c', 'd', 'e'].map((link, index) => derived(click(link, NOON + index * SECOND), 'human'));
    const then = world.happened(...links.slice(0, 4)).when(links[4] as (typeof links)[0]);
    expect(then.state.score).toBe(0);
    expect(then.state.counters).toEqual({});
    expect(then.state.clicks.map(({ actor }) => actor)).toEqual(Array(5).fill('machine'));
  });

  it('is one in whatever order its clicks come', () => {
    const world = given(rules).happened(click('c', NOON + 9 * SECOND), click('a', NOON));
    expect(world.when(click('b', NOON + 4 * SECOND)).state.score).toBe(0);
  });

  it.each([
    ['two links, clicked again and again', [click('a', NOON), click('a', NOON + 1, { nth: 1 }), click('b', NOON + 2)]],
    [
      'three links in more than ten seconds',
      [click('a', NOON), click('b', NOON + 6 * SECOND), click('c', NOON + 11 * SECOND)],
    ],
    ['three links of different messages', [click('a', NOON), click('b', NOON), click('c', NOON, { message: 'm2' })]],
  ])('is none for %s', (_, [first, second, third]) => {
    const world = given(rules).happened(first as ReturnType<typeof click>, second as ReturnType<typeof click>);
    const then = world.when(third as ReturnType<typeof click>);
    expect(then.of('engagement_reclassified')).toEqual([]);
    expect(then.state.score).toBe(30);
  });

  it('takes only its own clicks: one of a minute before stays a person’s', () => {
    const world = given(rules).happened(click('a', NOON - MINUTE), click('b', NOON), click('c', NOON + 1));
    const then = world.when(click('d', NOON + 2));
    expect(then.of('engagement_reclassified')).toHaveLength(2);
    expect(then.state.score).toBe(10);
    expect(counts(then.state)).toEqual([1]);
  });

  it('is completed by clicks that are known for a machine’s', () => {
    const world = given(rules).happened(derived(click('a', NOON), 'machine'), derived(click('b', NOON + 1), 'machine'));
    expect(world.when(click('c', NOON + 2)).of('engagement_recorded')[0]?.data.actor).toBe('machine');
  });

  it('is not judged where the provider says who clicked, nor where the source wants it left so', () => {
    const said = (link: string, at: number) => derived(click(link, at), 'human', false);
    const left = (link: string, at: number) => {
      const { input, ...rest } = click(link, at);
      return { ...rest, input: { ...input, data: { ...input.data, actorAsSaid: true } } };
    };
    for (const make of [said, left]) {
      const then = given(rules)
        .happened(make('a', NOON), make('b', NOON + 1))
        .when(make('c', NOON + 2));
      expect([then.state.score, then.state.clicks]).toEqual([30, []]);
    }
  });

  it('is judged under rules that came in the middle of it', () => {
    const world = given()
      .happened(click('a', NOON), click('b', NOON + 1))
      .published(rules);
    const then = world.when(click('c', NOON + 2));
    expect(then.of('engagement_reclassified').map(({ pii }) => pii.uncounted.length)).toEqual([1, 1]);
    expect(then.state.counters).toEqual({});
  });

  it('is forgotten after some hours', () => {
    const world = given(rules).happened(click('a', NOON), click('b', NOON + 1));
    const later = click('c', NOON + 2, { recordedAt: NOON + 7 * 60 * MINUTE });
    world.happened(engagement('opened', { at: NOON + 7 * 60 * MINUTE }));
    expect(world.when(later).of('engagement_reclassified')).toEqual([]);
  });
});

describe('a click at the delivery', () => {
  it('within two seconds of it is a machine’s', () => {
    const then = given(rules)
      .happened(delivered(NOON))
      .when(click('a', NOON + 2 * SECOND));
    expect(then.types).toEqual(['engagement_recorded']);
    expect(then.of('engagement_recorded')[0]?.data.actor).toBe('machine');
  });

  it('is found when the delivery is told later, and before it too: scanners look before they let a message pass', () => {
    const world = given(rules).happened(
      click('a', NOON),
      click('b', NOON + 20 * SECOND),
      click('c', NOON + 90 * SECOND),
    );
    const then = world.when(delivered(NOON + 30 * SECOND));
    expect(then.of('engagement_reclassified').map(({ data }) => [data.reason, data.countedAt])).toEqual([
      ['at_delivery', NOON],
      ['at_delivery', NOON + 20 * SECOND],
    ]);
    expect(then.state.score).toBe(10);
  });

  it('later than that, or of another message, is not', () => {
    const world = given(rules).happened(delivered(NOON), delivered(NOON + 10 * SECOND, 'm2'));
    const then = world.happened(click('a', NOON + 3 * SECOND)).when(click('b', NOON + 11 * SECOND));
    expect(then.state.score).toBe(20);
  });
});
