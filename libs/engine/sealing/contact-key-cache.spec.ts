import { deriveId } from '#contracts/ids.js';
import { PoisonError } from '#engine/log/errors.js';
import { ContactKeyCache } from './contact-key-cache.js';
import { memoryMasterKey } from './memory-keys.js';

const [workspace, ada, bob] = [deriveId('w'), deriveId('ada'), deriveId('bob')];

describe('contact keys in the cache', () => {
  it('hold only for the wrapped bytes they came from', () => {
    const cache = new ContactKeyCache(memoryMasterKey());
    const first = cache.create(workspace, ada);
    // The transaction that made it was rolled back, and another made the contact's key.
    const second = cache.create(workspace, ada);
    expect(cache.open(workspace, ada, second.wrapped)).toBe(second.key);
    expect(cache.open(workspace, ada, first.wrapped).open(first.key.seal('x', 'p'), 'p')).toBe('x');
    expect(() => cache.open(workspace, bob, first.wrapped)).toThrow(PoisonError);
  });

  it('are unwrapped once while they are used, and forgotten last used last', () => {
    const master = memoryMasterKey();
    let unwrapped = 0;
    const counting = {
      ...master,
      create: master.create.bind(master),
      unwrap: (...of: Parameters<typeof master.unwrap>) => {
        unwrapped += 1;
        return master.unwrap(...of);
      },
    } as typeof master;
    const cache = new ContactKeyCache(counting, 2);
    const made = [ada, bob, workspace].map((id) => ({ id, ...new ContactKeyCache(master).create(workspace, id) }));
    const open = (n: number) => cache.open(workspace, made[n]!.id, made[n]!.wrapped);
    for (const n of [0, 1, 0, 2, 0]) open(n);
    expect(unwrapped).toBe(3);
    open(1);
    expect(unwrapped).toBe(4);
  });
});
