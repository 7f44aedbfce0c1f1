import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadMasterKey, parseMasterKey } from './master-key.js';

describe('the master key', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = join(await mkdtemp(join(tmpdir(), 'keys-')), 'data');
  });
  afterEach(() => rm(join(dataDir, '..'), { recursive: true }));

  it('is made at first start, readable by its owner only, and kept', async () => {
    const [first, twin] = await Promise.all([loadMasterKey({ dataDir }), loadMasterKey({ dataDir })]);
    const wrapped = first.wrapSecret(Buffer.from('secret'), 'w');
    expect(twin.unwrapSecret(wrapped, 'w').toString()).toBe('secret');
    const second = await loadMasterKey({ dataDir });
    expect(second.unwrapSecret(wrapped, 'w').toString()).toBe('secret');
    expect((await stat(join(dataDir, 'master.key'))).mode & 0o777).toBe(0o600);
  });

  it('comes from the setting where one is given, in hex or base64', async () => {
    const hex = 'ab'.repeat(32);
    const base64 = Buffer.from(hex, 'hex').toString('base64');
    const one = await loadMasterKey({ configured: hex, dataDir });
    const two = await loadMasterKey({ configured: ` ${base64}\n`, dataDir });
    expect(two.unwrapSecret(one.wrapSecret(Buffer.from('s'), 'w'), 'w').toString()).toBe('s');
    await expect(readFile(join(dataDir, 'master.key'))).rejects.toThrow('ENOENT');
  });

  it.each(['short', 'ab'.repeat(31), 'not base64 at all!!', 'QUJD'])(
    'refuses %p with the cure, not showing it',
    (text) => {
      expect(() => parseMasterKey(text, 'AFTERCLICK_MASTER_KEY')).toThrow(/AFTERCLICK_MASTER_KEY must be 32 bytes/);
      expect(() => parseMasterKey(text, 'AFTERCLICK_MASTER_KEY')).not.toThrow(text);
    },
  );

  it('refuses a file that others can read', async () => {
    await loadMasterKey({ dataDir });
    await chmod(join(dataDir, 'master.key'), 0o644);
    await expect(loadMasterKey({ dataDir })).rejects.toThrow('chmod 600');
  });
});
