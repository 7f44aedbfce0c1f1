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

  it('agrees with what is decided while it runs, under rules published since it began', async () => {
    const { driver } = await lived();
    const source = { rule: 'hot', version: 1, yaml: 'clicked', templates: {} };
    await driver.world.addVersions(driver.workspaceId, [source]);
    const { reader } = driver.world;
    const state = reader.state.bind(reader);
    let looked = 0;
    reader.state = async (contact) => {
      looked += 1;
      if (looked === 2) {
        await driver.publish(1, [{ rule: 'hot', version: 1 }]);
        await driver.engagement({ contact: 'ada', nonce: '3' });
        await driver.engagement({ contact: 'bob', nonce: '4' });
        await driver.run();
      }
      return state(contact);
    };
    expect((await driver.replay()).differing).toEqual([]);
    expect(looked).toBeGreaterThan(1);
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
