import { FileError, LONGEST_ROW, type Rows } from '#engine/imports/row.js';
import { openCsv } from './csv.js';
import { openNdjson } from './ndjson.js';

/** The bytes in pieces of `size`: wherever a piece ends, the rows must be the same. */
async function* pieces(content: string | Buffer, size = 3): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(content as string);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all({ rows }: Rows) {
  const read = [];
  for await (const { line, raw, values, problem } of rows)
    read.push({ line, raw, ...(problem === null ? { values: Object.fromEntries(values) } : { problem }) });
  return read;
}

const csv = async (content: string | Buffer, size?: number, delimiter?: string) =>
  openCsv(pieces(content, size), delimiter === undefined ? {} : { delimiter });

describe('CSV', () => {
  it.each([1, 2, 3, 7, 4096])('is read alike in pieces of %i bytes', async (size) => {
    const text =
      '\ufeff"e-mail", Name ,note\r\nada@example.com,"Löve, Ada","says ""hi""\r\ntwice"\r\n\r\nbo@example.com,,\r\n';
    const opened = await csv(text, size);
    expect(opened.columns).toEqual(['e-mail', 'Name', 'note']);
    expect(await all(opened)).toEqual([
      {
        line: 2,
        raw: 'ada@example.com,"Löve, Ada","says ""hi""\r\ntwice"',
        values: { 'e-mail': 'ada@example.com', Name: 'Löve, Ada', note: 'says "hi"\r\ntwice' },
      },
      { line: 5, raw: 'bo@example.com,,', values: { 'e-mail': 'bo@example.com' } },
    ]);
  });

  it.each([
    ['email;name\nada@example.com;"a;b"', ';'],
    ['email\tname\nada@example.com\ta;b', '\t'],
    ['"a,b";name\rada@example.com;x', ';'],
    ['email|name\nada@example.com|a,b', '|'],
    ['email\nada@example.com', ','],
  ])('finds what parts the cells of %j', async (text, delimiter) => {
    expect((await csv(text)).delimiter).toBe(delimiter);
  });

  it('takes the delimiter that is given', async () => {
    expect((await csv('a;b,c\n1;2,3\n', 3, ',')).columns).toEqual(['a;b', 'c']);
  });

  it('sets a row aside that has other cells than the header, and reads on', async () => {
    expect(await all(await csv('email,name\na@x.org,A,B\nb@x.org\nc@x.org,C\n'))).toEqual([
      { line: 2, raw: 'a@x.org,A,B', problem: expect.stringContaining('3 cells where the header has 2') },
      { line: 3, raw: 'b@x.org', problem: expect.stringContaining('add the missing cells') },
      { line: 4, raw: 'c@x.org,C', values: { email: 'c@x.org', name: 'C' } },
    ]);
  });

  it('takes a quote in the middle of a cell as it stands', async () => {
    const rows = await all(await csv('email,size\na@x.org,24" wide\nb@x.org,"24"" wide"\n'));
    expect(rows.map((row) => ('values' in row ? row.values['size'] : row.problem))).toEqual(['24" wide', '24" wide']);
  });

  it.each([
    ['no header', '', 'The file is empty'],
    ['a nameless column', 'email,,name\n', 'Column 2 of the header has no name (columns are parted by ,)'],
    ['a name twice', 'email,name,email\n', 'Two columns of the header are called email'],
    ['an open quote', 'email,name\na@x.org,"never closed\n', 'a quote is opened and not closed'],
    [
      'a quote that swallows the file',
      `email,name\na@x.org,"${'x'.repeat(LONGEST_ROW)}`,
      `more than ${LONGEST_ROW} characters`,
    ],
    [
      'Latin 1',
      Buffer.from('email\nl\xf6we@x.org\n', 'latin1'),
      'no UTF-8 text (line 2 or near it): convert it: iconv -f WINDOWS-1252',
    ],
    ['UTF-16', Buffer.from('\ufeffemail\n', 'utf16le'), 'The file is UTF-16 and no UTF-8 text: iconv -f UTF-16'],
    ['UTF-16 without a mark', Buffer.from('email\n', 'utf16le'), 'NUL characters'],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0]), 'packed by gzip and no UTF-8 text: gunzip'],
    ['a spreadsheet', Buffer.from([0x50, 0x4b, 3, 4, 20]), 'save the sheet as "CSV UTF-8"'],
  ])('refuses %s, with the cure', async (_, content, words) => {
    const reading = async () => all(await csv(content, 65_536));
    await expect(reading()).rejects.toThrow(FileError);
    await expect(reading()).rejects.toThrow(words);
  });
});

describe('NDJSON', () => {
  it('reads an object a line, and sets other lines aside', async () => {
    const rows = await all(
      openNdjson(pieces('{"email":"ä@x.org","set":{"n":1}}\r\n\n[1]\n{"email":\n{"email":"b@x.org"}', 5)),
    );
    expect(rows).toEqual([
      { line: 1, raw: '{"email":"ä@x.org","set":{"n":1}}', values: { email: 'ä@x.org', set: { n: 1 } } },
      { line: 3, raw: '[1]', problem: expect.stringContaining('no JSON object') },
      { line: 4, raw: '{"email":', problem: expect.stringContaining('no JSON:') },
      { line: 5, raw: '{"email":"b@x.org"}', values: { email: 'b@x.org' } },
    ]);
  });

  it('refuses a file without line ends', async () => {
    await expect(all(openNdjson(pieces('x'.repeat(LONGEST_ROW + 10), 65_536)))).rejects.toThrow('no JSON array');
  });
});
