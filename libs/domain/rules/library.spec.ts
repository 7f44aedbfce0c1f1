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

  it('knows the sequences that it and the workspace declare, and no others', () => {
    const enroll = { path: 'rules/a.yaml', text: rule('x', '  - enroll: nurtur') };
    const asks = { path: 'rules/b.yaml', text: rule('y').replace('then:', 'if: in_sequence("welcom")\nthen:') };
    const declared = { path: 'sequences/nurture.yaml', text: 'sequence: nurture\ndescription: Mails.\n' };
    expect(readLibrary([enroll, asks, declared], { sequences: ['welcome'] }).problems).toEqual([
      {
        file: 'rules/a.yaml',
        line: 4,
        column: 13,
        problem: 'there is no sequence nurtur',
        cure: 'did you mean nurture?',
      },
      {
        file: 'rules/b.yaml',
        line: 3,
        column: 17,
        problem: 'there is no sequence welcom',
        cure: 'did you mean welcome?',
      },
    ]);
    expect(readLibrary([{ ...enroll, text: rule('x', '  - exit: other') }]).problems).toMatchObject([
      { problem: 'there is no sequence other', cure: 'declare it: sequences/other.yaml with sequence: other' },
    ]);
    const good = [{ ...enroll, text: rule('x', '  - enroll: nurture') }, declared];
    expect(readLibrary(good)).toMatchObject({ problems: [], sequences: [{ name: 'nurture', description: 'Mails.' }] });
  });

  it.each([
    ['sequence: nurture\nsteps: []\n', 2, 'a sequence knows no steps'],
    ['description: x\n', 1, 'the sequence has no name'],
    ['sequence: not a name\n', 1, 'the name cannot be "not a name"'],
    ['sequence: &a nurture\n', 1, '&a is a YAML anchor here, not text'],
  ])('refuses a sequence that is %j', (text, line, problem) => {
    const { problems } = readLibrary([
      { path: 'sequences/nurture.yaml', text },
      { path: 'rules/a.yaml', text: rule('x') },
    ]);
    expect(problems).toMatchObject([{ file: 'sequences/nurture.yaml', line, problem }]);
  });
});
