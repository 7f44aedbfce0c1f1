import { openCsv } from './csv.js';
import { csvLine } from './csv-line.js';

it.each([
  [['a', 'b'], 'a,b\n'],
  [['a,b', 'say "hi"', 'two\nlines', null, ' padded'], '"a,b","say ""hi""","two\nlines",," padded"\n'],
])('%j is written as %j', (cells, line) => expect(csvLine(cells)).toBe(line));

it('is read back as it was', async () => {
  const cells = ['plain', 'with ; and , and "quotes"', 'Größe\r\nline', ' x '];
  async function* bytes() {
    yield Buffer.from(csvLine(['a', 'b', 'c', 'd'], ';') + csvLine(cells, ';'));
  }
  const { rows } = await openCsv(bytes());
  for await (const { values } of rows) expect([...values.values()]).toEqual(cells);
});
