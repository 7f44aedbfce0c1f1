import { jest } from '@jest/globals';
import pg from 'pg';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { until } from '#testing/until.js';
import { Notifier } from './notifier.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

it('has one notice under way at most, and forgets none of those asked for meanwhile', async () => {
  let heard = 0;
  let news = 0;
  const listener = new Notifier(database.url, () => (heard += 1)).start();
  const teller = new Notifier(database.url, () => (news += 1)).start();
  await until(() => heard > 0 && news > 0);
  let release: () => void = () => undefined;
  let [underWay, most, sent] = [0, 0, 0];
  const query = pg.Client.prototype.query as (this: pg.Client, ...given: unknown[]) => Promise<unknown>;
  const spy = jest.spyOn(pg.Client.prototype, 'query').mockImplementation(async function (
    this: pg.Client,
    ...given: unknown[]
  ) {
    if (!String(given[0]).startsWith('notify')) return query.apply(this, given);
    underWay += 1;
    sent += 1;
    most = Math.max(most, underWay);
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    underWay -= 1;
    return query.apply(this, given);
  } as typeof pg.Client.prototype.query);
  try {
    const before = heard;
    teller.tell();
    await until(() => sent === 1);
    for (let n = 0; n < 3; n += 1) teller.tell();
    release();
    await until(() => sent === 2);
    release();
    await until(() => heard >= before + 2);
    expect([most, sent]).toEqual([1, 2]);
  } finally {
    release();
    spy.mockRestore();
    await teller.close();
    await listener.close();
  }
});
