/** Contacts written and forgotten, attributes and teams declared, by the command line against a real standalone. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Standalone } from '#apps/standalone/standalone.js';
import { afterclick, type Ran } from '#testing/command-line.js';
import { startQuietly, temporaryFolder } from '#testing/standalone.js';
import type { Attributes, Contact, Teams } from './answers.js';

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

async function done(...args: readonly string[]): Promise<string> {
  const ran = await run(...args);
  expect({ args, code: ran.code, err: ran.code === 0 ? '' : ran.err }).toEqual({ args, code: 0, err: '' });
  return ran.out;
}
const json = async <T>(...args: readonly string[]) => JSON.parse(await done(...args, '--json')) as T;

async function failed(code: 1 | 2, ...args: readonly string[]): Promise<string> {
  const ran = await run(...args);
  expect({ args, code: ran.code }).toEqual({ args, code });
  expect(ran.err).not.toMatch(/\n {4}at /);
  return ran.err;
}

function file(name: string, content: string): string {
  const path = join(data.path, name);
  writeFileSync(path, content);
  return path;
}

describe('afterclick contacts set and delete', () => {
  it('writes what is named under its declared type, and leaves the rest', async () => {
    const made = await json<Contact>(
      ...['contacts', 'set', 'Wim@Example.com', '--attribute', 'seats=3', '--attribute', 'first_name=Wim'],
      ...['--tag', 'vip', '--tag', 'new', '--stage', 'mql', '--time-zone', 'Europe/Berlin', '--consent', 'news=yes'],
      ...['--external-id', 'crm-wim'],
    );
    expect(made).toMatchObject({
      email: 'wim@example.com',
      attributes: { seats: 3, first_name: 'Wim' },
      tags: ['new', 'vip'],
      stage: 'mql',
      timeZone: 'Europe/Berlin',
      consent: { news: { given: true } },
    });
    const out = await done('contacts', 'set', made.id, '--untag', 'new', '--clear', 'first_name');
    expect(out).toMatch(/^wim@example\.com is at version \d+\.$/m);
    const { contact } = await json<{ contact: Contact }>('contacts', 'show', 'wim@example.com');
    expect(contact).toMatchObject({ attributes: { seats: 3 }, tags: ['vip'], stage: 'mql' });
    expect(contact.attributes).not.toHaveProperty('first_name');
  });

  it('minds the version that was seen', async () => {
    const made = await json<Contact>('contacts', 'set', 'val@example.com', '--stage', 'mql', '--if-version', '0');
    const at = String(made.version);
    await done('contacts', 'set', 'val@example.com', '--stage', 'sql', '--if-version', at);
    expect(await failed(1, 'contacts', 'set', 'val@example.com', '--stage', 'lead', '--if-version', at)).toContain(
      'The contact has changed since the version you expected',
    );
    expect(await failed(1, 'contacts', 'delete', 'val@example.com', '--if-version', at)).toContain('has changed');
  });

  it('says what is wrong with what was written', async () => {
    expect(await failed(2, 'contacts', 'set')).toContain('Say which contact');
    expect(await failed(2, 'contacts', 'set', 'wim@example.com', '--attribute', 'seats')).toContain('NAME=VALUE');
    expect(await failed(2, 'contacts', 'set', 'wim@example.com', '--attribute', 'seats=many')).toContain('seats');
    expect(await failed(2, 'contacts', 'set', 'wim@example.com', '--consent', 'news=perhaps')).toContain('yes or no');
    expect(await failed(2, 'contacts', 'set', 'nobody', '--stage', 'x')).toContain('e-mail address');
  });

  it('forgets one, and says so to who asks again', async () => {
    const out = await done('contacts', 'delete', 'wim@example.com', '--reason', 'asked us to');
    expect(out).toContain('wim@example.com is forgotten.');
    expect(await failed(1, 'contacts', 'delete', 'wim@example.com')).toContain('no contact with the address');
  });
});

describe('afterclick attributes', () => {
  it('declares what a file declares, beside what there is', async () => {
    const path = file(
      'attributes.yaml',
      'region: { type: enum, values: [north, south], aliases: [area] }\nslots: list\n',
    );
    const out = await done('attributes', 'publish', path);
    expect(out).toMatch(/region +enum +area +north \| south/);
    const names = (await json<Attributes['items']>('attributes', 'list')).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['region', 'seats', 'slots']));
    const written = ['contacts', 'set', 'xan@example.com', '--attribute', 'area=north', '--attribute', 'slots=am; pm'];
    expect((await json<Contact>(...written)).attributes).toEqual({ region: 'north', slots: ['am', 'pm'] });
  });

  it('declares nothing of a file with a problem, and names its place', async () => {
    const path = file('wrong.yaml', 'age: int\nkind: enum\n');
    expect(await failed(1, 'attributes', 'publish', path)).toContain(
      `${path}:2:7: an enum without values; write { type: enum, values: [one, other] }\nNothing was declared.`,
    );
    expect(await failed(1, 'attributes', 'publish', file('narrow.yaml', 'seats: bool\n'))).toContain('seats');
    expect(await done('attributes', 'list')).not.toContain('age');
    expect(await failed(2, 'attributes', 'publish', join(data.path, 'nowhere.yaml'))).toContain('no such file');
  });
});

describe('afterclick teams', () => {
  it('sets owners and teams, whole', async () => {
    const owners =
      'owners:\n  kim@example.com: { name: Kim, zone: Europe/Berlin, hours: { between: "09:00-17:00" } }\n';
    const out = await done('teams', 'publish', file('teams.yaml', `${owners}teams:\n  sales: [kim@example.com]\n`));
    expect(out).toMatch(/kim@example\.com +Kim +sales +mon tue wed thu fri 09:00-17:00 +Europe\/Berlin/);
    expect(await json<Teams>('teams', 'list')).toMatchObject({
      teams: [{ name: 'sales', members: ['kim@example.com'] }],
    });
    expect(await failed(2, 'contacts', 'set', 'yo@example.com', '--owner', 'kin@example.com')).toContain(
      'did you mean kim@example.com?',
    );
    const unknown = file('unknown.yaml', 'owners: {}\nteams:\n  sales: [kim@example.com]\n');
    expect(await failed(1, 'teams', 'publish', unknown)).toMatch(/unknown\.yaml:3:.+ is no owner/);
  });
});
