/** What to set at the provider: the steps of docs/providers/NAME.md, with this source's URL and secret in their places. */
import { readFileSync } from 'node:fs';
import { installed } from '#platform/runtime/installation.js';
import type { Source } from '../answers.js';

export interface Setup {
  /** `At SendGrid`. */
  readonly title: string;
  readonly steps: readonly string[];
}

/** Of a source that is there: the step that creates it is left out, save for what else it says. */
export function setupAt(
  { provider, url, scheme }: Pick<Source, 'provider' | 'url' | 'scheme'>,
  keys: readonly string[],
): Setup {
  const text = readFileSync(installed('docs', 'providers', `${provider}.md`), 'utf8');
  const [, title = '', body = ''] = /^## (At .+)\n([\s\S]*?)(?=^##|^\||(?![\s\S]))/m.exec(text) ?? [];
  const steps = [...body.matchAll(/^\d+\. (.+)$/gm)].map(([, step]) => step ?? '');
  const filledIn = steps.flatMap(withoutCreation).map((step) => filled(step, url, scheme === 'http-basic' ? keys : []));
  const [token] = scheme === 'bearer' ? keys : [];
  return {
    title,
    steps: token === undefined ? filledIn : filledIn.map((step) => step.replace('Bearer TOKEN', `Bearer ${token}`)),
  };
}

const CREATION = /^Create the source \((?:`afterclick sources create`, )?provider `[^`]+`(?:, scheme `[^`]+`)?\)/;

function withoutCreation(step: string): readonly string[] {
  const rest = step.replace(CREATION, '');
  if (rest === step) return [step];
  const more = rest.replace(/[;.]? ?it answers with [^.]*\.?/, '').replace(/^\.? ?/, '');
  if (more === '') return [];
  return [more.startsWith('and ') ? `The source: ${more.slice('and '.length)}` : more];
}

function filled(step: string, url: string, keys: readonly string[]): string {
  const credentials = keys.find((key) => key.includes(':')) ?? 'USER:PASSWORD';
  return step
    .replaceAll('https://USER:PASSWORD@HOST/ingest/{path}', url.replace('://', `://${credentials}@`))
    .replaceAll('https://HOST/ingest/{path}', url)
    .replaceAll(/\*\*|`/g, '')
    .replaceAll(/\*([^*]+)\*/g, '"$1"');
}

/** Whether a provider elsewhere can reach the URL. */
export function isReachable(url: string): boolean {
  const { hostname } = new URL(url);
  return !['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}
