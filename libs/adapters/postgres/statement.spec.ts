import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bind, statement, statements } from './statement.js';

const here = dirname(fileURLToPath(import.meta.url));
const golden = join(here, 'golden');
const update = process.env['UPDATE_GOLDEN'] === '1';

/** Source files that declare statements at module level. */
function declaring(): string[] {
  return readdirSync(here, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && file !== 'statement.ts')
    .filter((file) => /\bstatement\(/.test(readFileSync(join(here, file), 'utf8')));
}

describe('statements', () => {
  it('have one text a name', () => {
    statement('test.once', 'select 1');
    expect(statement('test.once', ' select 1\n')).toEqual({ name: 'test.once', text: 'select 1' });
    expect(() => statement('test.once', 'select 2')).toThrow('two statements are named test.once');
    expect(() => statement('Test', 'select 1')).toThrow('not area.table.verb');
    expect(bind(statement('test.once', 'select 1'), [1])).toEqual({ name: 'test.once', text: 'select 1', values: [1] });
  });

  it('are written as golden files (UPDATE_GOLDEN=1 npm run jest -- libs/adapters/postgres/statement.spec.ts)', async () => {
    for (const file of declaring()) await import(pathToFileURL(join(here, file)).href);
    const declared = statements().filter((one) => !one.name.startsWith('test.'));
    const expected = new Map(declared.map((one) => [`${one.name}.sql`, `${one.text}\n`]));
    mkdirSync(golden, { recursive: true });
    if (update) {
      rmSync(golden, { recursive: true, force: true });
      mkdirSync(golden);
      for (const [file, text] of expected) writeFileSync(join(golden, file), text);
    }
    const stored = new Map(
      readdirSync(golden)
        .filter((file) => file.endsWith('.sql'))
        .map((file) => [file, readFileSync(join(golden, file), 'utf8')]),
    );
    expect({ [relative(here, golden)]: Object.fromEntries(stored) }).toEqual({ golden: Object.fromEntries(expected) });
  });
});
