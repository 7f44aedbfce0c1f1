/** The rules that come with the engine: each checks, has tests that pass, and says what it is for. */
import { readdirSync, readFileSync } from 'node:fs';
import { type LibraryFile, readLibrary } from '#domain/rules/library.js';
import { testLibrary } from './test-library.js';

const LIBRARY = 'library';
const files: LibraryFile[] = readdirSync(LIBRARY, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(ya?ml|md)$/.test(entry.name))
  .map((entry) => `${entry.parentPath}/${entry.name}`)
  .map((path) => ({ path: path.slice(LIBRARY.length + 1), text: readFileSync(path, 'utf8') }));
const { problems, results, untested } = testLibrary(files);
const { rules, segments } = readLibrary(files);

describe('the library', () => {
  it('has at least twenty rules, all of them good and tested', () => {
    expect(problems).toEqual([]);
    expect(rules.length).toBeGreaterThanOrEqual(20);
    expect(segments).not.toEqual([]);
    expect(untested).toEqual([]);
  });

  it.each(
    results.map(({ test, mismatches, verdicts }) => [`${test.rule}: ${test.name}`, mismatches, verdicts] as const),
  )('%s', (_, mismatches, verdicts) => {
    expect({ mismatches, verdicts: mismatches.length === 0 ? [] : verdicts }).toEqual({ mismatches: [], verdicts: [] });
  });

  it('has a test in which it acts, for each rule', () => {
    const ofRule = (name: string) => results.filter(({ test }) => test.rule === name).map(({ test }) => test.then);
    const idle = rules.filter(({ rule }) => !ofRule(rule).some(({ fires }) => fires === true || Number(fires) > 0));
    expect(idle.map(({ rule }) => rule)).toEqual([]);
  });

  it('is documented: each rule and segment has a comment, a description, and a link in the README', () => {
    const readme = readFileSync(`${LIBRARY}/README.md`, 'utf8');
    for (const { rule, yaml } of rules) {
      expect(yaml).toMatch(/^# .{40}/);
      expect(yaml).toMatch(/^description: .{15}/m);
      expect(readme).toContain(`[${rule}](rules/${rule}.yaml)`);
    }
    for (const { rule, yaml } of segments) {
      const name = rule.replace('segment:', '');
      expect(yaml).toMatch(/^# .{40}/);
      expect(yaml).toMatch(/^description: .{15}/m);
      expect(readme).toContain(`[${name}](segments/${name}.yaml)`);
    }
  });
});
