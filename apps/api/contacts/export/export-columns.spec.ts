import { openCsv } from '#adapters/files/csv.js';
import { columnsOf } from '#apps/importer/contacts/columns.js';
import { contactOf } from '#apps/importer/contacts/contact-row.js';
import type { Json } from '#contracts/json.js';
import type { ContactRow } from '#contracts/read-models.js';
import type { WishContext } from '#domain/contact/wish/contact-wish.js';
import { contactFile } from './contact-file.js';
import { asText, cellOf } from './export-columns.js';

const context: WishContext = { attributes: new Map(), owners: new Set(), isTimeZone: () => true };

const ADA: ContactRow = {
  workspaceId: 'w',
  contactId: '0197a3c2-5d6e-8f10-9a3b-4c5d6e7f8091',
  email: 'ada@example.com',
  attributes: { first_name: 'Ada "A", Löve', firstName: 'x', stage: 'odd', 'Full Name': '=1+1' },
  tags: ['beta', 'vip'],
  score: 12,
  stage: 'lead',
  owner: 'sam@example.com',
  timeZone: 'Europe/Berlin',
  consent: { calls: { given: true, at: 5 } },
  deleted: false,
  suppressed: false,
  suppressedScopes: [],
  engagements: 3,
  lastEngagement: 'opened',
  lastEngagementAt: 1_800_000_000_000,
  linkedTo: null,
  aliases: [],
  addresses: {},
  identities: [],
  erased: false,
  createdAt: 1_800_000_000_000,
  updatedAt: 1_800_000_000_000,
  appliedVersion: 9,
};

async function fileOf(rows: readonly ContactRow[], wish: object = {}): Promise<string> {
  const left = [rows, []];
  const names = [...new Set(rows.flatMap((row) => Object.keys(row.attributes)))].sort();
  const snapshot = {
    attributeNames: async () => names,
    namesOf: async () => new Map(),
    next: async () => left.shift() ?? [],
  };
  let text = '';
  for await (const piece of contactFile(snapshot, { format: 'csv', escapeFormulas: false, ...wish })) text += piece;
  return text;
}

it('is read again by an import as what it was: fields, tags, and attributes of any name', async () => {
  const text = await fileOf([ADA]);
  expect(text.split('\n')[0]).toContain('attributes.Full Name,attributes.firstName,first_name,attributes.stage');
  const opened = await openCsv(
    (async function* () {
      yield Buffer.from(text);
    })(),
  );
  const uses = columnsOf(opened.columns ?? []);
  expect(uses.filter(({ field }) => field === null).map(({ column }) => column)).toContain('score');
  for await (const row of opened.rows)
    expect(contactOf(row, { columns: uses, map: {}, context })).toMatchObject({
      wish: {
        email: 'ada@example.com',
        addTags: ['beta', 'vip'],
        stage: 'lead',
        owner: 'sam@example.com',
        timeZone: 'Europe/Berlin',
        consent: ADA.consent,
        set: ADA.attributes,
      },
    });
});

it('is read again as NDJSON too, where values keep their types', async () => {
  const row = { ...ADA, attributes: { seats: 3, plan: { name: 'pro' } } };
  const [line = ''] = (await fileOf([row], { format: 'ndjson' })).split('\n');
  const values = new Map(Object.entries(JSON.parse(line) as Record<string, Json>));
  const read = contactOf({ line: 1, raw: line, values, problem: null }, { columns: null, map: {}, context });
  expect(read).toMatchObject({ wish: { email: 'ada@example.com', set: row.attributes, addTags: ['beta', 'vip'] } });
});

it('has the columns that are asked for, in their order', async () => {
  const csv = await fileOf([ADA, { ...ADA, email: null }], { columns: ['attributes.stage', 'email', 'plan'] });
  expect(csv).toBe('attributes.stage,email,plan\nodd,ada@example.com,\nodd,,\n');
  const ndjson = await fileOf([ADA], { columns: ['score', 'first_name'], format: 'ndjson' });
  expect(JSON.parse(ndjson)).toEqual({ score: 12, first_name: 'Ada "A", Löve' });
});

it('keeps a spreadsheet from running what a contact holds, where that is asked for', async () => {
  expect(await fileOf([ADA], { columns: ['Full Name'] })).toBe('Full Name\n=1+1\n');
  expect(await fileOf([ADA], { columns: ['Full Name'], escapeFormulas: true })).toBe("Full Name\n'=1+1\n");
  expect(['@x', '-1', 'a=b'].map(asText)).toEqual(["'@x", "'-1", 'a=b']);
});

it.each<[Json, string]>([
  [null, ''],
  [0, '0'],
  [['a', 'b'], 'a;b'],
  [['a;b'], '["a;b"]'],
  [{ n: 1 }, '{"n":1}'],
])('writes %j as %s', (value, cell) => expect(cellOf(value)).toBe(cell));

it('names what a contact took in, in both formats, and an import leaves that out', async () => {
  const merged = { ...ADA, aliases: ['0197a3c2-5d6e-8f10-9a3b-4c5d6e7f8092'] };
  const [line] = (await fileOf([merged], { format: 'ndjson' })).split('\n');
  expect(JSON.parse(line as string)).toMatchObject({ aliases: merged.aliases });
  const [header, row] = (await fileOf([merged], { columns: ['contact_id', 'email', 'aliases'] })).trim().split(/\r?\n/);
  expect(row).toBe(`${ADA.contactId},ada@example.com,${merged.aliases[0]}`);
  const uses = columnsOf((header as string).split(','));
  expect(uses.map(({ field }) => field)).toEqual([null, 'email', null]);
});
