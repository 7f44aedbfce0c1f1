/** Where the master key comes from: the setting, else a 0600 file in the data folder that the first start makes. */
import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AesMasterKey } from '#engine/sealing/master-key.js';
import type { MasterKey } from '#engine/sealing/sealing.js';

const FILE = 'master.key';

/** The configured or kept key is not one: says where it comes from and what it must be. */
export class MasterKeyError extends Error {
  override readonly name = 'MasterKeyError';
}

/**
 * The master key of `configured` (AFTERCLICK_MASTER_KEY: 32 bytes as 64 hex digits or base64), else of `DATA/master.key`,
 * which is made with mode 0600 when there is none. Throws MasterKeyError, which never shows the value.
 */
export async function loadMasterKey(settings: {
  readonly configured?: string | undefined;
  readonly dataDir: string;
}): Promise<MasterKey> {
  const configured = settings.configured?.trim();
  if (configured) return new AesMasterKey(parseMasterKey(configured, 'AFTERCLICK_MASTER_KEY'));
  const path = join(settings.dataDir, FILE);
  await makeOnce(path, settings.dataDir);
  await assertPrivate(path);
  return new AesMasterKey(parseMasterKey((await readFile(path, 'utf8')).trim(), path));
}

/** 32 bytes out of 64 hex digits or of base64 (also base64url). `from` names where the text comes from in the error. */
export function parseMasterKey(text: string, from: string): Buffer {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  const raw = /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  if (raw.length !== 32)
    throw new MasterKeyError(
      `${from} must be 32 bytes, as 64 hex digits or in base64 (it has ${text.length} characters); make one with: openssl rand -base64 32`,
    );
  return raw;
}

/** Written whole and synced under another name, then linked: no start ever reads half a key, and two starts at once make one. */
async function makeOnce(path: string, dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  if (await exists(path)) return;
  const draft = `${path}.${randomUUID()}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${randomBytes(32).toString('base64')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } catch (cause) {
    throw new MasterKeyError(`cannot make ${path}: ${(cause as Error).message}`, { cause });
  } finally {
    await rm(draft, { force: true });
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function assertPrivate(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0)
    throw new MasterKeyError(
      `${path} can be read by others (mode ${(mode & 0o777).toString(8)}); run: chmod 600 ${path}`,
    );
}
