import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Check, cleanList } from './clean.js';

const folder = mkdtempSync(join(tmpdir(), 'afterclick-clean-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

const since = '2026-11-24T09:00:00.000Z';
const bounced = { scope: 'all', reason: 'hard_bounce', since, of: 'address' as const, contactId: 'c' };

/** Whoever has a `b` before the @ has bounced; without an @ it is no address. */
const check: Check = async (addresses) =>
  addresses.map((address) => {
    const suppressions = /^b/i.test(address) ? [bounced] : [];
    const invalid = address.includes('@') ? null : 'no address';
    return { address, invalid, suppressions, mayBeMailed: suppressions.length === 0 && invalid === null };
  });

async function clean(text: string, column?: string, judge: Check = check) {
  writeFileSync(at('list.csv'), text);
  const wish = { file: at('list.csv'), column, out: at('kept.csv'), report: at('gone.csv') };
  const result = await cleanList(wish, judge, () => undefined);
  return { result, kept: readFileSync(wish.out, 'utf8'), gone: readFileSync(wish.report, 'utf8') };
}

it('keeps rows as they stand, and reports the others by line, reason and time', async () => {
  const { result, kept, gone } = await clean(
    '\ufeffName;"E-mail";Note\r\n"Ada; L.";Ada@Example.com;"two\r\nlines"\r\nBo;bo@example.com;x\r\nCy;;y\r\nDi;nowhere;z\r\nEd;e@example.com\r\n',
  );
  expect(kept).toBe('Name;"E-mail";Note\n"Ada; L.";Ada@Example.com;"two\r\nlines"\n');
  expect(gone.split('\n')).toEqual([
    'line,address,reason,scope,since,of',
    `4,bo@example.com,hard_bounce,all,${since},address`,
    '5,,no_address,,,',
    '6,nowhere,invalid_address,,,',
    '7,,unreadable_row,,,',
    '',
  ]);
  expect(result).toEqual({
    column: 'E-mail',
    rows: 5,
    kept: 1,
    leftOut: { hard_bounce: 1, no_address: 1, invalid_address: 1, unreadable_row: 1 },
  });
});

it('takes the column that is named', async () => {
  const { kept } = await clean('email,private\nb@x.org,a@x.org\na@x.org,b@x.org\n', 'Private');
  expect(kept).toBe('email,private\nb@x.org,a@x.org\n');
});

it.each([
  ['who,when\n', undefined, 'None of the columns is called email: name it with --column. The file has: who, when.'],
  ['who,when\n', 'mail', 'No column is called mail. The file has: who, when.'],
  ['ada@example.com\nbo@example.com\n', undefined, 'The first line holds an address'],
  ['', undefined, 'The file is empty'],
])('says what is wrong with %j', async (text, column, problem) => {
  await expect(clean(text, column)).rejects.toThrow(problem);
});

it('asks in batches, and leaves no half list behind when asking fails', async () => {
  rmSync(at('kept.csv'), { force: true });
  const text = `email\n${Array.from({ length: 12_000 }, (_, n) => `a${n}@example.com\n`).join('')}`;
  const asked: number[] = [];
  const failing: Check = async (addresses) => {
    asked.push(addresses.length);
    if (asked.length === 3) throw new Error('away');
    return check(addresses);
  };
  await expect(clean(text, undefined, failing)).rejects.toThrow('away');
  expect(asked).toEqual([5_000, 5_000, 2_000]);
  for (const name of ['kept.csv', 'kept.csv.part', 'gone.csv.part'])
    expect([name, existsSync(at(name))]).toEqual([name, false]);
  expect((await clean(text)).result.kept).toBe(12_000);
});
