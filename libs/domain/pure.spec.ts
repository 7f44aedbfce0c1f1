/** Deciding knows no clock, chance, environment, time zone or world (engine.md 4.6): by what its sources name. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FORBIDDEN: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['the clock', /\bDate\.now\b|\bnew Date\(\)|\bperformance\b|\bhrtime\b/],
  ['chance', /\bMath\.random\b|\brandomUUID\b|\brandomBytes\b|\bgetRandomValues\b/],
  ['the environment', /\bprocess\b|\bglobalThis\b/],
  [
    'the time zone of the process',
    /\.get(?:Hours|Minutes|Date|Day|Month|FullYear|TimezoneOffset)\(|\.toLocale\w*\(|\bIntl\b/,
  ],
  ['timers', /\bset(?:Timeout|Interval|Immediate)\b/],
  ['the world', /from 'node:(?!crypto|url|util)[\w/]+'|\bfetch\(|\basync (?:function|\()|\bawait\b/],
];

const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'),
);

/** Without comments, which may speak of anything. */
function codeOf(name: string): string {
  const text = readFileSync(join(import.meta.dirname, name), 'utf8');
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}

it.each(FORBIDDEN)('names nothing of %s', (_, pattern) => {
  const found = sources.flatMap((name) => {
    const match = pattern.exec(codeOf(name));
    return match ? [`${name}: ${match[0]}`] : [];
  });
  expect(found).toEqual([]);
});

it('looks at all of the domain', () => {
  expect(sources).toEqual(expect.arrayContaining([join('contact', 'decide.ts'), join('rules', 'compile.ts')]));
});
