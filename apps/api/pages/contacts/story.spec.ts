import type { TimelineRow } from '#contracts/read-models.js';
import { chainTo, episodesOf } from './story.js';

const row = (version: number, type: string, cause: string, input: string, data = {}): TimelineRow => ({
  workspaceId: 'w',
  contactId: 'c',
  version,
  recordedAt: version,
  eventId: `e${version}`,
  type,
  occurredAt: version,
  causationId: cause,
  correlationId: input,
  data,
  pii: null,
  changed: null,
});

const rows = [
  row(1, 'engagement_recorded', 'i1', 'i1'),
  row(2, 'rule_fired', 'e1', 'i1'),
  row(3, 'effect_requested', 'e2', 'i1', { effectId: 'x' }),
  row(4, 'engagement_recorded', 'i2', 'i2'),
  row(5, 'effect_outcome_recorded', 'i3', 'i3', { effectId: 'x' }),
  row(6, 'notification_taken', 'i4', 'i4', { effectId: 'x' }),
].toReversed();
const known = new Map(rows.map((one) => [one.eventId, one]));
const types = (of: readonly TimelineRow[]) => of.map(({ type }) => type);

describe('a story', () => {
  it('tells each input with what it led to, what became of an effect with what asked for it, newest first', () => {
    const episodes = episodesOf(rows);
    expect(episodes.map(({ root, after }) => [root.version, ...after.map(({ version }) => version)])).toEqual([
      [4],
      [1, 2, 3, 5, 6],
    ]);
  });

  it('tells what happened to an alias in its place, whatever its versions', () => {
    const ofAlias = { ...row(1, 'engagement_recorded', 'i9', 'i9'), contactId: 'a', recordedAt: 5, eventId: 'a1' };
    const [first, second] = episodesOf([...rows.slice(0, 3), ofAlias]);
    expect([first?.root.version, second?.root.contactId]).toEqual([6, 'c']);
    expect(episodesOf([...rows, ofAlias]).map(({ root }) => root.eventId)).toEqual(['a1', 'e4', 'e1']);
  });

  it('tells an outcome by itself where what asked for it is on an older page', () => {
    expect(episodesOf(rows.slice(0, 3)).map(({ root }) => root.version)).toEqual([6, 5, 4]);
  });

  it('leads from every line back to what came in', () => {
    const taken = known.get('e6') as TimelineRow;
    expect(types(chainTo(taken, known))).toEqual([
      'engagement_recorded',
      'rule_fired',
      'effect_requested',
      'notification_taken',
    ]);
  });

  it('ends where a cause is not at hand, or would lead in a circle', () => {
    const lost = row(9, 'tag_added', 'nobody', 'i9');
    expect(chainTo(lost, known)).toEqual([lost]);
    const snake = row(7, 'tag_added', 'e7', 'i7');
    expect(chainTo(snake, new Map([['e7', snake]]))).toEqual([snake]);
  });
});
