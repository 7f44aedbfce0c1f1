import { ContactKeyCache } from '#engine/sealing/contact-key-cache.js';
import { Driver } from '#testing/decision/driver.js';
import { memoryWorld } from '#testing/decision/memory-world.js';
import { sealState } from './state-codec.js';

describe('replay', () => {
  const lived = async () => {
    const driver = new Driver(memoryWorld());
    await driver.engagement({ contact: 'ada', nonce: '1' });
    await driver.engagement({ contact: 'bob', nonce: '2' });
    await driver.run();
    const id = await driver.contactId('ada');
    const { states } = await driver.world.tables();
    const name = `${driver.workspaceId}/${id}`;
    return { driver, id, states, name, ada: states.get(name)! };
  };

  it('agrees with what was lived, and counts', async () => {
    const { driver } = await lived();
    const progress: number[] = [];
    const report = await driver.replay({ onProgress: (contacts) => progress.push(contacts) });
    expect(report).toEqual({ contacts: 2, differing: [] });
    expect(progress).toEqual([2]);
  });

  it('names a contact whose state is not the fold of its events, and mends it when rebuilding', async () => {
    const { driver, id, states, name, ada } = await lived();
    const wrapped = (await driver.world.tables()).keys.get(name)!;
    const key = new ContactKeyCache(driver.world.master).open(driver.workspaceId, id, wrapped);
    states.set(name, {
      ...ada,
      sealed: sealState({ ...driver.tally.initial(driver.workspaceId, id), version: 2 }, id, 2, key),
    });
    expect((await driver.replay()).differing).toEqual([{ contactId: id, why: 'other state' }]);
    expect((await driver.replay({ rebuild: true })).differing).toHaveLength(1);
    expect((await driver.replay()).differing).toEqual([]);
  });

  it('names states that are gone, moved or unreadable', async () => {
    const { driver, id, states, name, ada } = await lived();
    states.set(name, { ...ada, sealed: Buffer.alloc(64) });
    expect((await driver.replay()).differing).toEqual([{ contactId: id, why: 'unreadable' }]);
    states.set(name, { ...ada, version: 9 });
    expect((await driver.replay()).differing).toEqual([{ contactId: id, why: 'other version' }]);
    states.delete(name);
    expect((await driver.replay()).differing).toEqual([{ contactId: id, why: 'no state' }]);
  });
});
