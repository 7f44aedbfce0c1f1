import pg from 'pg';
import { type TestDatabase, testDatabase } from './postgres.js';
import { findInClear, findInText } from './sealed-search.js';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await testDatabase();
  pool = new pg.Pool({ connectionString: database.url });
  await pool.query('create table engine.planted (id int, a text, b bytea, c jsonb)');
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
afterEach(() => pool.query('truncate engine.planted'));

const ADDRESS = 'Ada.Lovelace@example.com';
const plant = (column: 'a' | 'b' | 'c', value: unknown) =>
  pool.query(`insert into engine.planted (id, ${column}) values (1, $1)`, [value]);

it.each<[string, 'a' | 'b' | 'c', unknown]>([
  ['as it is', 'a', `told to ${ADDRESS}.`],
  ['in another case', 'a', ADDRESS.toUpperCase()],
  ['in JSON', 'c', JSON.stringify({ deep: [{ to: ADDRESS }] })],
  ['as bytes', 'b', Buffer.from(`\u0001\u0002${ADDRESS}\u0000`)],
  ['as base64 at the beginning', 'a', Buffer.from(`${ADDRESS} and more`).toString('base64')],
  ['as base64 after one byte', 'a', Buffer.from(`1${ADDRESS} and more`).toString('base64')],
  ['as base64 after two bytes', 'a', Buffer.from(`12${ADDRESS}, end`).toString('base64')],
])('finds what stands in a table %s', async (_, column, value) => {
  await plant(column, value);
  expect(await findInClear(pool, [ADDRESS, 'nobody@example.com'])).toEqual([`engine.planted: ${ADDRESS}`]);
});

it('finds a short name as a word and in bytes, and not by chance', async () => {
  await plant('a', 'adamant, 1ada2, ADA');
  expect(await findInClear(pool, [], ['Ada'])).toEqual([]);
  await plant('c', '{"first_name": "Ada"}');
  expect(await findInClear(pool, [], ['Ada'])).toEqual(['engine.planted: Ada']);
  await pool.query('truncate engine.planted');
  await plant('b', Buffer.from('{"first_name":"Ada"}'));
  expect(await findInClear(pool, [], ['Ada'])).toEqual(['engine.planted: Ada']);
});

it('leaves the read schema alone, which is in clear', async () => {
  await pool.query(`create table read.planted as select $1::text as a`, [ADDRESS]);
  expect(await findInClear(pool, [ADDRESS])).toEqual([]);
});

it('finds in text', () => {
  expect(findInText(`x ${ADDRESS} y Ada`, [ADDRESS.toLowerCase(), 'z@z'], ['Ada', 'Adam'])).toEqual([
    ADDRESS.toLowerCase(),
    'Ada',
  ]);
});
