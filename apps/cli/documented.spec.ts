/** What README and docs name must be there: commands with their options, npm scripts, files they link to. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { installed } from '#platform/runtime/installation.js';
import { createProgram } from './program.js';

const ROOT = installed('.');
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...markdownIn('docs'),
  ...markdownIn('apps'),
  ...markdownIn('libs'),
  ...markdownIn('library'),
];

function markdownIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
    .map((name) => join(folder, name));
}

const textOf = (page: string) => readFileSync(join(ROOT, page), 'utf8');

/** Lines of fenced blocks, and code within lines. */
function codeIn(text: string): string[] {
  let fenced = false;
  return text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .flatMap((line) => {
      if (line.trimStart().startsWith('```')) {
        fenced = !fenced;
        return [];
      }
      return fenced ? [line] : [...line.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
    });
}

/** `afterclick …` in code, up to what ends a command. */
function commandsIn(text: string): string[] {
  return codeIn(text)
    .flatMap((line) => /(?:^|\s)afterclick ([a-z].*)$/.exec(line)?.[1] ?? [])
    .map((command) => command.split(/[#;|…]|&&/)[0]?.trim() ?? '')
    .filter((command) => command !== '');
}

/** Undefined when it is known; else what is not. */
function unknownIn(command: string, program: Command): string | undefined {
  const words = command.split(/\s+/);
  let current = program;
  while (words.length > 0) {
    const next = current.commands.find((one) => one.name() === words[0]);
    if (!next) break;
    current = next;
    words.shift();
  }
  if (current === program) return words[0];
  if (current.commands.length > 0 && words.length > 0 && /^[a-z]/.test(words[0] ?? ''))
    return `${current.name()} ${words[0]}`;
  const options = words.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0]);
  return options.find((option) => option !== '--help' && !current.options.some(({ long }) => long === option));
}

describe.each(PAGES)('%s', (page) => {
  it('names commands and options that exist', () => {
    const program = createProgram({ out: process.stdout, err: process.stderr });
    const unknown = commandsIn(textOf(page)).flatMap((command) => {
      const what = unknownIn(command, program);
      return what === undefined ? [] : [`afterclick ${command}: ${what}`];
    });
    expect(unknown).toEqual([]);
  });

  it('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const named = [...textOf(page).matchAll(/npm run ([a-z][a-z:-]*)/g)].map((match) => match[1] ?? '');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('links to files that exist', () => {
    const links = [...textOf(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g)].map(
      (match) => match[1] ?? '',
    );
    expect(links.filter((link) => !existsSync(join(ROOT, dirname(page), link)))).toEqual([]);
  });
});

it('finds the commands it speaks of', () => {
  const found = PAGES.flatMap((page) => commandsIn(textOf(page)));
  expect(found).toContain('rules check library/demo');
  expect(found.length).toBeGreaterThan(10);
});
