/** The style sheet, the script and the mark, each under an address that changes with its content. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly content: string;
}

function asset(name: string, type: string, content: string): Asset {
  const version = createHash('sha256').update(content).digest('base64url').slice(0, 12);
  return { path: `/pages/assets/${name}?v=${version}`, type, content };
}

const file = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');

export const STYLE = asset('style.css', 'text/css; charset=utf-8', file('style.css'));
// Indentation is for those who read the file, not for those who load it.
export const SCRIPT = asset('page.js', 'text/javascript; charset=utf-8', file('page.js').replace(/^\s+/gm, ''));
export const MARK = asset('mark.svg', 'image/svg+xml', file('mark.svg'));
