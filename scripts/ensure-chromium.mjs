/**
 * A browser for the specs of pages: `node scripts/ensure-chromium.mjs` installs Debian's Chromium where it is missing, as root and
 * with apt. Elsewhere it says what is missing and ends well: those specs then say that they were skipped.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { say } from './house.mjs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const limits = { timeout: 3 * 60_000, killSignal: 'SIGTERM' };
  return spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'], ...limits }).status === 0;
}

/** True when there is a browser, now. */
export function ensureChromium() {
  const named = process.env.AFTERCLICK_CHROMIUM;
  if ((named && existsSync(named)) || PLACES.some((path) => existsSync(path))) return true;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    say('no Chromium, and no root with apt to install it: the pages are not tried in a browser.');
    return false;
  }
  say('installing Chromium for the specs of pages (apt-get install chromium) …');
  const installed = apt('update', '-qq') && apt('install', '-y', '-qq', '--no-install-recommends', 'chromium');
  if (!installed) say('Chromium could not be installed: the pages are not tried in a browser.');
  return installed;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) ensureChromium();
