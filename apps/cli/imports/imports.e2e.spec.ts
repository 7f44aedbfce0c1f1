/** Files in and out by the command line, against a real standalone. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Standalone } from '#apps/standalone/standalone.js';
import { afterclick, type Ran } from '#testing/command-line.js';
import { startQuietly, temporaryFolder } from '#testing/standalone.js';
import { until } from '#testing/until.js';

const data = temporaryFolder();
const clean = Object.keys(process.env).filter((name) => /^AFTERCLICK_|^PORT$|^DATABASE_URL$/.test(name));
let standalone: Standalone;

beforeAll(async () => {
  for (const name of clean) delete process.env[name];
  standalone = await startQuietly(data.path);
}, 60_000);
afterAll(async () => {
  await standalone?.stop();
  data.remove();
});

const run = (...args: readonly string[]): Promise<Ran> => afterclick(...args, '--data', data.path);

async function done(...args: readonly string[]): Promise<Ran> {
  const ran = await run(...args);
  expect({ args, code: ran.code, err: ran.code === 0 ? '' : ran.err }).toEqual({ args, code: 0, err: '' });
  return ran;
}

function file(name: string, content: string): string {
  const path = join(data.path, name);
  writeFileSync(path, content);
  return path;
}

describe('afterclick contacts import and export', () => {
  const people = () =>
    file('people.csv', 'Mail Address,First Name,Seats\nzoe@example.com,Zoë,3\nnobody,Max,1\nyan@example.com,Yan,\n');

  it('shows in a dry run what becomes of each column, and writes nothing', async () => {
    const { out } = await done('contacts', 'import', people(), '--map', 'Mail Address=email', '--dry-run');
    expect(out).toMatch(/Mail Address +email +told/);
    expect(out).toMatch(/First Name +first_name +guessed/);
    expect(out).toContain('{"email":"zoe@example.com","set":{"first_name":"Zoë","seats":3}}');
    expect(out).toContain('3 rows read: 2 would be written, 1 rejected. Nothing was changed.');
    expect(out).toContain('the same command with --rejects FILE');
    expect((await done('contacts', 'list', '--email-prefix', 'zoe')).out).toBe('None.\n');
  }, 60_000);

  it('writes them, once however often it is said, and rejects into a file that can be put right', async () => {
    const rejects = join(data.path, 'rejects.csv');
    const args = ['contacts', 'import', people(), '--map', 'Mail Address=email', '--rejects', rejects];
    expect((await done(...args)).out).toContain('3 rows: 2 written, 0 were so already, 1 rejected.');
    const again = (await done(...args)).out;
    expect(again).toContain('This very file was imported before');
    expect(again).toContain('3 rows: 2 written');
    expect((await done(...args, '--again')).out).toContain('0 written, 2 were so already');
    const rejected = readFileSync(rejects, 'utf8');
    expect(rejected).toContain(
      '3,"Mail Address: nobody is no e-mail address; write it as ada@example.com",nobody,Max,1',
    );
    const mended = file('mended.csv', rejected.replace(',nobody,', ',max@example.com,'));
    const { out } = await done('contacts', 'import', mended, '--map', 'Mail Address=email', '--json');
    expect(JSON.parse(out)).toMatchObject({ state: 'finished', changed: 1, rejected: 0 });
    await until(async () => (await done('contacts', 'list', '--email-prefix', 'max')).out.includes('max@example.com'));
  }, 60_000);

  it('exports all of them, and what it exported changes nothing when it is imported', async () => {
    const out = join(data.path, 'out.csv');
    await done('contacts', 'export', '--out', out);
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
    expect(lines[0]).toMatch(/^contact_id,email,tags,/);
    expect(lines).toHaveLength(1 + 14 + 3);
    expect((await done('contacts', 'import', out)).out).toContain(
      '17 rows: 0 written, 17 were so already, 0 rejected.',
    );
    const some = await done('contacts', 'export', '--email-prefix', 'zoe', '--columns', 'email,first_name,seats');
    expect(some.out).toBe('email,first_name,seats\nzoe@example.com,Zoë,3\n');
    const objects = (await done('contacts', 'export', '--format', 'ndjson', '--email-prefix', 'yan')).out;
    expect(JSON.parse(objects)).toMatchObject({ email: 'yan@example.com', attributes: { first_name: 'Yan' } });
  }, 60_000);

  it('says what is wrong with a command or a file', async () => {
    const failing = async (...args: readonly string[]) => {
      const ran = await run(...args);
      return `${ran.code} ${ran.err}`;
    };
    expect(await failing('contacts', 'import', 'nowhere.csv')).toMatch(
      /^2 There is no such file or folder: nowhere.csv/,
    );
    expect(await failing('contacts', 'import', file('x.xml', 'x'))).toContain('give --format csv or ndjson');
    expect(await failing('contacts', 'import', file('empty.csv', ''))).toMatch(/^2 .+empty.csv is empty/);
    expect(await failing('contacts', 'import', people(), '--map', 'Mail')).toContain('expected COLUMN=FIELD');
    expect(await failing('contacts', 'import', people(), '--delimiter', 'x')).toContain('Expected , ; | or tab');
    expect(await failing('contacts', 'import', people())).toMatch(/^1 [\s\S]*\nNo column holds the e-mail address/);
    expect(await failing('contacts', 'export', '--columns', 'a,,b')).toContain('query.columns');
  }, 60_000);
});

describe('afterclick sources import', () => {
  const bounce = { event: 'bounce', type: 'bounce', status: '5.1.1', reason: '550 5.1.1 unknown' };
  const at = Math.floor(Date.now() / 1000) - 20 * 86_400;
  const of = (n: number, more: object) => ({
    email: `old-${n}@example.com`,
    timestamp: at + n,
    sg_event_id: `old-${n}`,
    ...more,
  });

  it('records history that is marked imported and fires no rule; what is known changes nothing', async () => {
    const clicks = [1, 2, 3].map((n) =>
      of(10 + n, { event: 'click', url: 'https://example.com/pricing', email: 'old@example.com' }),
    );
    const events = [of(1, bounce), of(2, { event: 'delivered' }), ...clicks, 17];
    const array = file('history.json', JSON.stringify(events, null, 2));
    const rejects = join(data.path, 'not-understood.ndjson');
    const first = await done('sources', 'import', 'sendgrid', array, '--rejects', rejects);
    expect(first.out).toContain('6 rows: 5 recorded, 0 were known already, 1 rejected.');
    expect(JSON.parse(readFileSync(rejects, 'utf8'))).toMatchObject({ row: '17' });
    const bodies = file('bodies.ndjson', `${JSON.stringify(events.slice(0, 5))}\n`);
    expect((await done('sources', 'import', 'sendgrid', bodies)).out).toContain(
      '1 rows: 0 recorded, 5 were known already',
    );
    await until(async () => (await done('contacts', 'list', '--suppressed')).out.includes('old-1@example.com'));
    const shown = (await done('contacts', 'show', 'old@example.com')).out;
    expect(shown).toMatch(/clicked.*imported/);
    expect(shown).not.toContain('hot-lead');
  }, 60_000);
});
