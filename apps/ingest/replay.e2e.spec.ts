/** One-time tokens end to end: while their memory is away deliveries are taken in, and one body of a token is applied all the same. */
import { createHmac, randomBytes } from 'node:crypto';
import { booksOf } from '#adapters/postgres/event-store/books.js';
import { PostgresReplayTokens } from '#adapters/postgres/sources/replay-tokens.js';
import { SILENT_METER } from '#engine/ingest/meter.js';
import { type RegisteredSource, RunningIngest } from '#testing/ingest/running-ingest.js';
import { send } from '#testing/ingest/send.js';
import { whatCame } from '#testing/ingest/what-came.js';

const NOW = Date.UTC(2026, 10, 24, 12);
const KEY = 'signing-key';

describe('a one-time token', () => {
  let ingest: RunningIngest;
  let source: RegisteredSource;
  let memoryIsAway = false;

  beforeAll(async () => {
    ingest = await RunningIngest.start({
      clock: () => NOW,
      meter: SILENT_METER,
      outside: {
        replayTokens: {
          claim: async (...args) => {
            if (memoryIsAway) throw new Error('the memory is away');
            return new PostgresReplayTokens(ingest.pool).claim(...args);
          },
        },
      },
    });
    source = await ingest.register('mail', 'mailgun', { scheme: 'mailgun-hmac-sha256', keys: [KEY] });
  }, 60_000);
  afterAll(() => ingest.close());
  afterEach(() => {
    memoryIsAway = false;
  });

  const timestamp = String(NOW / 1_000);
  const newToken = () => randomBytes(25).toString('hex');
  const post = async (
    token: string,
    id: string,
    data: object = { event: 'opened', recipient: `${id}@example.com` },
  ) => {
    const signature = createHmac('sha256', KEY)
      .update(timestamp + token)
      .digest('hex');
    const event = { id, timestamp: NOW / 1_000, ...data };
    const body = Buffer.from(JSON.stringify({ signature: { timestamp, token, signature }, 'event-data': event }));
    const headers = { 'content-type': 'application/json' };
    return (await send(`${ingest.url}/ingest/${source.path}`, { method: 'POST', headers, body })).status;
  };
  const outcome = async () => {
    await ingest.settled();
    const [books] = await booksOf(ingest.pool, source.workspaceId, 0, NOW + 3_600_000);
    const { applied, quarantined } = (await whatCame(ingest))(source.workspaceId);
    return {
      applied: applied.map(({ engagement }) => engagement.recipient),
      quarantined: quarantined.map(({ reason }) => reason),
      booked: books && { accepted: books.accepted, quarantined: books.quarantined, difference: books.difference },
    };
  };

  it('that was not judged at receipt is judged where it is applied: one body counts, the other is set aside', async () => {
    memoryIsAway = true;
    const token = newToken();
    expect(await post(token, 'ann')).toBe(200);
    expect(await post(token, 'ann')).toBe(200);
    expect(await post(token, 'forged')).toBe(200);
    const first = await outcome();
    expect(first.applied).toHaveLength(1);
    expect(first.quarantined).toContain('replayed');
    expect(first.booked).toMatchObject({ accepted: 3, difference: 0 });
    memoryIsAway = false;
    // What was decided then holds for every instance from now on.
    expect(await post(token, 'late')).toBe(401);
    const fits = first.applied[0] === 'ann@example.com' ? 'ann' : 'forged';
    expect(await post(token, fits)).toBe(200);
    expect((await outcome()).applied).toEqual(first.applied);
  }, 60_000);

  it('that ingest knows is refused there while it is away, once what came is applied', async () => {
    const token = newToken();
    expect(await post(token, 'bob')).toBe(200);
    memoryIsAway = true;
    expect(await post(token, 'forged-bob')).toBe(200);
    const { applied, booked } = await outcome();
    expect(applied).toContain('bob@example.com');
    expect(applied).not.toContain('forged-bob@example.com');
    expect(booked).toMatchObject({ difference: 0 });
  }, 60_000);
});
