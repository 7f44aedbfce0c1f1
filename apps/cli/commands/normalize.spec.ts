/** What a person sees who tries a request out is what ingest would record of it. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterclick } from '#testing/command-line.js';

const folder = mkdtempSync(join(tmpdir(), 'normalize-'));
const written = (name: string, value: object): string => {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value));
  return path;
};
const click = (more: object) => ({ type: 'clicked', id: 'c1', email: 'ada@example.com', ...more });
const shown = async (...args: string[]) => {
  const { code, out } = await afterclick('normalize', '--provider', 'generic-hmac', ...args);
  expect(code).toBe(0);
  return out;
};
const firstEvent = async (...args: string[]) => JSON.parse(await shown('--json', ...args)).events[0];

it('shows who clicked as rules of ours judge it, and marks it', async () => {
  const body = written('curl.json', click({ userAgent: 'curl/8.5.0' }));
  expect(await firstEvent(body)).toMatchObject({ actor: 'machine', actorDerived: true });
  expect(await shown(body)).toContain('machine (derived)');
});

it('shows what the provider says as it is, and leaves all else where the source wants that', async () => {
  const said = written('said.json', click({ userAgent: 'curl/8.5.0', actor: 'human' }));
  expect(await firstEvent(said)).not.toHaveProperty('actorDerived');
  expect(await firstEvent(said)).toMatchObject({ actor: 'human' });
  const source = written('source.json', { deriveActors: false });
  const unsaid = written('unsaid.json', click({ userAgent: 'curl/8.5.0' }));
  const event = await firstEvent('--source', source, unsaid);
  expect(event.actor).toBe('unknown');
  expect(Object.keys(event)).not.toContain('actorAsSaid');
});
