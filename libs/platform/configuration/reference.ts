/** docs/configuration.md: every setting, from the table that processes read. */
import { SETTINGS } from './configuration.js';

const INTRODUCTION = `# Settings

Environment variables, read once at start. A wrong value is refused with its name and the reason; an empty one counts as not set. \`afterclick start\` takes some of them as options too, and an
option wins. This page is written from the table in \`libs/platform/configuration/configuration.ts\`; a test fails when it is stale.

| variable | default | what it sets |
|---|---|---|
`;

/** The page as Markdown. */
export function configurationReference(): string {
  const rows = Object.values(SETTINGS).map(
    ({ name, fallback, description }) => `| \`${name}\` | ${defaultOf(fallback)} | ${cell(description)} |`,
  );
  return `${INTRODUCTION}${rows.join('\n')}\n`;
}

function defaultOf(fallback: unknown): string {
  if (fallback === null || (Array.isArray(fallback) && fallback.length === 0)) return 'not set';
  return `\`${String(fallback)}\``;
}

/** A pipe would end the cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
