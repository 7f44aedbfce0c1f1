/** A real browser for specs of pages: Debian's Chromium, or the one that AFTERCLICK_CHROMIUM names. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where the browser is; null when there is none. */
export function chromiumPath(): string | null {
  const named = process.env['AFTERCLICK_CHROMIUM'];
  return [...(named === undefined ? [] : [named]), ...PLACES].find((path) => existsSync(path)) ?? null;
}

/** What to say when there is none, with the cure. */
export const NO_CHROMIUM =
  'no Chromium: the pages are not tried in a browser. "node scripts/ensure-chromium.mjs" installs Debian’s as root; AFTERCLICK_CHROMIUM names another.';

export interface TestBrowser {
  context(options?: BrowserContextOptions): Promise<BrowserContext>;
  close(): Promise<void>;
}

/** Starts it with a profile of its own and nothing that calls home. Throws when there is none. */
export async function startBrowser(): Promise<TestBrowser> {
  const executablePath = chromiumPath();
  if (executablePath === null) throw new Error(NO_CHROMIUM);
  const home = await mkdtemp(join(tmpdir(), 'afterclick-browser-'));
  const quiet = [
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  // As root Chromium has no sandbox of its own; it only ever sees our own pages.
  const args = process.getuid?.() === 0 ? [...quiet, '--no-sandbox'] : quiet;
  const browser = await chromium.launch({
    executablePath,
    args,
    env: { ...process.env, HOME: home } as Record<string, string>,
  });
  return {
    context: (options) => browser.newContext(options),
    close: async () => {
      await browser.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
