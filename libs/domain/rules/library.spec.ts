import { readdirSync, readFileSync } from 'node:fs';
import { type LibraryFile, readLibrary } from './library.js';

const DEMO = 'library/demo';

function files(): LibraryFile[] {
  return readdirSync(DEMO, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .map((path) => ({ path: path.slice(DEMO.length + 1), text: readFileSync(path, 'utf8') }));
}

const rule = (name: string, line = '  - add_score: 1') => `rule: ${name}\non: opened\nthen:\n${line}\n`;

describe('a library', () => {
  it('of the demo checks', () => {
    const { rules, problems } = readLibrary(files());
    expect(problems).toEqual([]);
    expect(rules.map((one) => one.rule)).toEqual(['delivery-alarm', 'hot-lead', 're-engaged']);
    expect(rules[1]?.templates).toHaveProperty('hot-lead');
    expect(rules[1]?.attributes).toEqual({ first_name: 'string', company: 'string' });
    expect(rules[2]?.attributes).toEqual({});
  });

  it('gives a rule another hash when its template changes, and only then', () => {
    const hashes = (change: (file: LibraryFile) => LibraryFile) =>
      readLibrary(files().map(change)).rules.map(({ hash }) => hash);
    const before = hashes((file) => file);
    const after = hashes((file) => (file.path.endsWith('/hot-lead.md') ? { ...file, text: `${file.text}!` } : file));
    expect(after.map((hash, i) => hash === before[i])).toEqual([true, false, true]);
  });

  it('refuses two rules of one name', () => {
    const { rules, problems } = readLibrary([
      { path: 'rules/a.yaml', text: rule('x') },
      { path: 'rules/b.yaml', text: rule('x') },
    ]);
    expect(rules).toHaveLength(1);
    expect(problems).toMatchObject([{ file: 'rules/b.yaml', problem: 'a rule called x is in rules/a.yaml already' }]);
  });

  it('places problems of templates in the template, once', () => {
    const { problems } = readLibrary([
      { path: 'rules/a.yaml', text: rule('x', '  - notify: { to: owner, template: t }') },
      { path: 'rules/b.yaml', text: rule('y', '  - notify: { to: owner, template: t }') },
      { path: 'templates/t.md', text: 'Hi\n\n{{ contact.nobody }}\n' },
    ]);
    expect(problems).toMatchObject([{ file: 'templates/t.md', line: 3, column: 4 }]);
  });

  it('refuses wrong attribute types', () => {
    const { problems } = readLibrary([
      { path: 'attributes.yaml', text: 'plan: strin\n2nd: int\nok: list\n' },
      { path: 'rules/a.yaml', text: rule('x') },
    ]);
    expect(problems).toMatchObject([
      { file: 'attributes.yaml', line: 1, column: 7, cure: 'did you mean string?' },
      { file: 'attributes.yaml', line: 2, column: 1 },
    ]);
  });

  it('refuses a directory without rules', () => {
    expect(readLibrary([{ path: 'notes.txt', text: '' }]).problems).toMatchObject([
      { problem: 'there are no rules here' },
    ]);
  });
});
