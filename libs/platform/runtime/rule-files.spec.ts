import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rulesRoot } from './rule-files.js';

describe('the folder of rules that is meant', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rule-files-'));
    mkdirSync(join(folder, 'rules'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is the one above, where its rules alone are named', () => {
    writeFileSync(join(folder, 'attributes.yaml'), '');
    expect(join(process.cwd(), rulesRoot(join(folder, 'rules')))).toBe(folder);
  });

  it('is the one named: with rules in it, with nothing beside it, or of another name', () => {
    expect(rulesRoot(folder)).toBe(folder);
    expect(rulesRoot(join(folder, 'rules'))).toBe(join(folder, 'rules'));
    writeFileSync(join(folder, 'teams.yaml'), '');
    mkdirSync(join(folder, 'rules', 'rules'));
    expect(rulesRoot(join(folder, 'rules'))).toBe(join(folder, 'rules'));
  });
});
