import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installed } from '#platform/runtime/installation.js';
import { afterclick } from '#testing/command-line.js';

const folder = (): string => mkdtempSync(join(tmpdir(), 'afterclick-rules-'));

describe('afterclick rules test', () => {
  it('passes on the library that is shipped', async () => {
    const { code, out } = await afterclick('rules', 'test', installed('library'));
    expect(out).toMatch(/^\d+ tests pass\.\n$/);
    expect(code).toBe(0);
  });

  it('says of a test that fails what was expected, what came, and what the conditions saw', async () => {
    const dir = folder();
    cpSync(installed('library'), dir, { recursive: true });
    const rule = join(dir, 'rules', 'hot-lead.yaml');
    writeFileSync(rule, readFileSync(rule, 'utf8').replace('contact.score >= 20', 'contact.score >= 40'));
    const { code, out, err } = await afterclick('rules', 'test', dir);
    expect(code).toBe(1);
    expect(out).toContain(`${join(dir, 'rules/hot-lead.test.yaml')}:3: hot-lead: tells the owner at the second look`);
    expect(out).toContain('  fires: expected 1, got 0\n');
    expect(out).toContain('      contact.score = 30\n');
    expect(err).toMatch(/\d of \d+ tests fail\./);
    const { out: json } = await afterclick('rules', 'test', dir, '--json');
    const told = JSON.parse(json) as { ok: boolean; tests: { passed: boolean; mismatches: { what: string }[] }[] };
    expect(told.ok).toBe(false);
    expect(told.tests.find(({ passed }) => !passed)?.mismatches[0]).toEqual({ what: 'fires', expected: 1, got: 0 });
  });

  it('names file, line, column and cure of a test that cannot be read, and runs none', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'a.yaml'), 'rule: a\non: opened\nthen:\n  - add_score: 1\n');
    writeFileSync(
      join(dir, 'a.test.yaml'),
      'rule: a\ntests:\n  - name: x\n    when: [ { openned: } ]\n    then: { fires: 1 }\n',
    );
    const { code, out, err } = await afterclick('rules', 'test', dir);
    expect(code).toBe(1);
    expect(out).toBe(
      `${join(dir, 'a.test.yaml')}:4:15: nothing is called openned that could happen; did you mean opened?\n`,
    );
    expect(err).toContain('1 problem; nothing was run.');
  });

  it('fails where there is nothing to run: a folder without tests is no good sign', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'a.yaml'), 'rule: a\non: opened\nthen:\n  - add_score: 1\n');
    expect(await afterclick('rules', 'test', dir)).toMatchObject({
      code: 1,
      err: expect.stringContaining('There are no tests in'),
    });
  });
});
