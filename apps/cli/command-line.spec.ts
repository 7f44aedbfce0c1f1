import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterclick, Collected, withEnvironment } from '#testing/command-line.js';
import { createProgram } from './program.js';

const NONE = { AFTERCLICK_DATA: undefined, AFTERCLICK_URL: undefined, AFTERCLICK_API_KEY: undefined };
const nowhere = join(tmpdir(), 'afterclick-nothing-here');

/** Every command that does something, as its words. */
const commands = createProgram({ out: new Collected(), err: new Collected() }).commands.flatMap((command) =>
  command.commands.length === 0
    ? [command.name()]
    : command.commands.map((below) => `${command.name()} ${below.name()}`),
);

describe('the command line', () => {
  it.each(commands)('"%s --help" explains it with an example', async (command) => {
    const { code, out } = await afterclick(...command.split(' '), '--help');
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`Usage: afterclick ${command}`));
    expect(out).toMatch(/Examples?:\n {2}afterclick /);
  });

  it.each([
    [['nonsense'], /unknown command 'nonsense'/],
    [['contacts'], /Usage: afterclick contacts/],
    [['contacts', 'shw'], /unknown command 'shw'.*Did you mean show/s],
    [['contacts', 'show'], /missing required argument 'id\|email'/],
    [['contacts', 'list', '--limit', '0'], /Expected a whole number from 1/],
    [['start', '--port', '99999'], /Expected a whole number from 0 to 65535/],
    [['keys', 'create', 'x'], /required option '--scope/],
    [['keys', 'create', 'x', '--scope', 'everything'], /Allowed choices are admin, read:contacts/],
    [['rules', 'rollback', 'hot-lead'], /required option '--to/],
    [['notifications', 'list', '--state', 'lost'], /Allowed choices are open, taken, done/],
    [['sources', 'create', 'x', '--provider', 'sendgird'], /No provider is called "sendgird". There are: /],
    [['sources', 'create', 'x', '--provider', 'sendgrid', '--scheme', 'rot13'], /Its schemes: sendgrid-ecdsa/],
    [['sources', 'create', 'x', '--provider', 'sendgrid', '--set', 'a=b'], /expected NAME=VALUE/],
    [['sources', 'create', 'x', '--provider', 'ses', '--key-file', join(nowhere, 'k')], /no such file or folder/],
    [['workspaces', 'create', 'Not A Name'], /is no name of a workspace: 1 to 63 of/],
    [['rules', 'check', nowhere], /There is no such file or folder/],
    [['webhook', 'set', 'ftp://x'], /is no address to post to/],
    [['normalize', '--provider', 'nobody', import.meta.filename], /No provider is named "nobody"/],
  ])('%j is wrong use: 2, and says what would be right', async (args, words) => {
    await withEnvironment(NONE, async () => {
      const { code, out, err } = await afterclick(...args);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toMatch(words);
      expect(err).not.toMatch(/\n {4}at /);
    });
  });

  it.each([
    [['contacts', 'list']],
    [['why', '0197a3c2-5d6e-8f10-9a3b-4c5d6e7f8091']],
    [['health']],
    [['rules', 'list']],
    [['dead-letters', 'list']],
  ])('%j with nothing running fails with the cure', async (args) => {
    await withEnvironment(NONE, async () => {
      const { code, err } = await afterclick(...args, '--data', nowhere);
      expect(code).toBe(1);
      expect(err).toMatch(/No Afterclick runs on the data folder .* Start it with: npm start\n.*AFTERCLICK_URL/s);
    });
  });

  it.each([[['workspaces', 'list']], [['replay']], [['webhook', 'show']]])(
    '%j makes no database where there is none',
    async (args) => {
      await withEnvironment({ ...NONE, DATABASE_URL: undefined, AFTERCLICK_MASTER_KEY: undefined }, async () => {
        const { code, err } = await afterclick(...args, '--data', nowhere);
        expect(code).toBe(1);
        expect(err).toMatch(/There is no Afterclick data in .* --data DIR, or make it with: npm start/);
      });
    },
  );

  it('says which setting of the environment is wrong', async () => {
    await withEnvironment({ ...NONE, PORT: 'eighty' }, async () => {
      const { code, err } = await afterclick('contacts', 'list');
      expect(code).toBe(2);
      expect(err).toContain('PORT: "eighty" is not a whole number');
    });
  });

  it('needs a key for an instance elsewhere, and takes no workspace beside one', async () => {
    await withEnvironment({ ...NONE, AFTERCLICK_URL: 'http://127.0.0.1:9' }, async () => {
      expect((await afterclick('contacts', 'list')).err).toMatch(/Set AFTERCLICK_API_KEY to a key of http/);
      await withEnvironment({ AFTERCLICK_API_KEY: 'ack_x' }, async () => {
        const both = await afterclick('contacts', 'list', '--workspace', 'acme');
        expect(both.err).toMatch(/leave --workspace out/);
        const silent = await afterclick('contacts', 'list');
        expect(silent.code).toBe(1);
        expect(silent.err).toMatch(/127.0.0.1:9 does not answer/);
      });
    });
  });
});

describe('afterclick rules check', () => {
  const folder = (files: Record<string, string>) => {
    const dir = mkdtempSync(join(tmpdir(), 'rules-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
    return dir;
  };
  const good = 'rule: greet\ndescription: d\non: opened\nthen:\n  - add_score: 1\n';

  it('needs no server and names the good rules', async () => {
    const { code, out } = await afterclick('rules', 'check', folder({ 'greet.yaml': good }));
    expect({ code, out }).toEqual({ code: 0, out: '1 rule is good: greet.\n' });
  });

  it('prints file:line:column: problem; cure, where an editor finds it', async () => {
    const dir = folder({
      'greet.yaml': good,
      'bad.yaml': good.replace('greet', 'bad').replace('add_score', 'add_scoer'),
    });
    const { code, out, err } = await afterclick('rules', 'check', dir);
    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(`^${join(dir, 'bad.yaml')}:5:\\d+: .*add_scoer.*; .*add_score`));
    expect(err).toBe('1 problem.\n');
    const json = await afterclick('rules', 'check', dir, '--json');
    expect(JSON.parse(json.out)).toMatchObject({
      ok: false,
      rules: ['greet'],
      problems: [{ file: 'bad.yaml', line: 5 }],
    });
  });

  it('refuses a folder without rules', async () => {
    const { code, out } = await afterclick('rules', 'check', folder({}));
    expect(code).toBe(1);
    expect(out).toMatch(/there are no rules here; give the directory/);
  });
});
