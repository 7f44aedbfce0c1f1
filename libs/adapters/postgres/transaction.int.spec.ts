import type { Pool } from 'pg';
import { FencedError, TooSlowError, WorldError } from '#engine/log/errors.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { createPool } from './pool.js';
import { inTransaction, query } from './transaction.js';

let database: TestDatabase;
let pool: Pool;
let other: Pool;

beforeAll(async () => {
  database = await testDatabase({ empty: true });
  pool = createPool(database.url, { role: 'test', max: 2 });
  other = createPool(database.url, { role: 'other', max: 2 });
  await pool.query('create table mark (n int primary key)');
});
afterAll(async () => {
  await Promise.all([pool.end(), other.end()]);
  await database.drop();
});

const marks = async (): Promise<number[]> =>
  (await other.query('select n from mark order by n')).rows.map(({ n }) => n);

it('writes all or nothing, and gives back the error of the work itself', async () => {
  await inTransaction(pool, (tx) => tx.query('insert into mark values (1)'));
  const fenced = inTransaction(pool, async (tx) => {
    await tx.query('insert into mark values (2)');
    throw new FencedError('another was here');
  });
  await expect(fenced).rejects.toThrow(new FencedError('another was here'));
  const twice = inTransaction(pool, (tx) => tx.query('insert into mark values (3), (1)'));
  await expect(twice).rejects.toMatchObject({ code: '23505' });
  expect(await marks()).toEqual([1]);
});

it('never takes a transaction that failed inside for a committed one', async () => {
  const swallowed = inTransaction(pool, async (tx) => {
    await tx.query('insert into mark values (4)');
    await tx.query('select broken').catch(() => undefined);
  });
  await expect(swallowed).rejects.toThrow('was rolled back');
  expect(await marks()).toEqual([1]);
});

it("a server that became a standby is the world's fault, not the message's", async () => {
  const standby = inTransaction(pool, async (tx) => {
    await tx.query('set transaction read only');
    await tx.query('insert into mark values (6)');
  });
  await expect(standby).rejects.toBeInstanceOf(WorldError);
  expect(await marks()).toEqual([1]);
});

it("a connection that is cut is the world's fault, and the pool goes on", async () => {
  const cut = inTransaction(pool, async (tx) => {
    await tx.query('insert into mark values (5)');
    const { rows } = await tx.query('select pg_backend_pid() as pid');
    await other.query('select pg_terminate_backend($1)', [rows[0].pid]);
    await tx.query('insert into mark values (6)');
  });
  await expect(cut).rejects.toBeInstanceOf(WorldError);
  expect(await marks()).toEqual([1]);
  await inTransaction(pool, (tx) => tx.query('insert into mark values (7)'));
  expect(await marks()).toEqual([1, 7]);
});

it('so is a lock that cannot be had, a statement that takes too long and a server that is not there', async () => {
  const locked = inTransaction(pool, async (tx) => {
    await tx.query('lock table mark in access exclusive mode');
    await inTransaction(other, async (second) => {
      await second.query(`set local lock_timeout = '10ms'`);
      await second.query('select from mark');
    });
  });
  await expect(locked).rejects.toBeInstanceOf(WorldError);
  const slow = createPool(database.url, { role: 'slow', statementTimeoutMs: 10 });
  await expect(query(slow, 'select pg_sleep(5)')).rejects.toBeInstanceOf(TooSlowError);
  await expect(inTransaction(slow, (tx) => tx.query('select pg_sleep(5)'))).rejects.toBeInstanceOf(TooSlowError);
  const damaged = `do $$ begin raise 'invalid page in block 7' using errcode = 'XX001'; end $$`;
  await expect(query(pool, damaged)).rejects.toBeInstanceOf(WorldError);
  await slow.end();
  const nowhere = createPool('postgres://nobody@127.0.0.1:1/none', { role: 'nowhere' });
  await expect(inTransaction(nowhere, async () => undefined)).rejects.toBeInstanceOf(WorldError);
  await nowhere.end();
});
