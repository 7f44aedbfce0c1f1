import { decisionStoreConformance } from '#testing/decision/conformance.js';
import { Driver } from '#testing/decision/driver.js';
import { memoryWorld } from '#testing/decision/memory-world.js';

decisionStoreConformance('in memory', async () => memoryWorld());

describe('a contact whose key does not open', () => {
  it('has its inputs parked as they came, and decided once its key is back; others flow', async () => {
    const driver = new Driver(memoryWorld());
    await driver.engagement({ contact: 'ada', nonce: '1' });
    await driver.run();
    const name = `${driver.workspaceId}/${await driver.contactId('ada')}`;
    const keysNow = async () => (await driver.world.tables()).keys;
    const kept = (await keysNow()).get(name) as Buffer;
    (await keysNow()).set(name, Buffer.alloc(kept.length));

    await driver.engagement({ contact: 'ada', nonce: '2' });
    await driver.engagement({ contact: 'ada', nonce: '3' });
    await driver.engagement({ contact: 'bob', nonce: '4' });
    await driver.input({ type: 'unpark', v: 1, data: {}, pii: null }, 'ada', 'too early');
    await driver.run();
    const { parked, books } = await driver.world.tables();
    expect([...parked.values()].map(({ reason, state }) => `${reason} ${state}`)).toEqual([
      'poison parked',
      'behind parked',
    ]);
    expect([...books.values()][0]).toMatchObject({ applied: 2, parked: 2 });
    expect((await keysNow()).get(name)).toEqual(Buffer.alloc(kept.length));

    (await keysNow()).set(name, kept);
    await driver.input({ type: 'unpark', v: 1, data: {}, pii: null }, 'ada', 'unpark');
    await driver.run();
    expect((await driver.dump()).parked.map(({ state }) => state)).toEqual(['replayed', 'replayed']);
    expect((await driver.dump()).books[0]).toMatchObject({ applied: 4, parked: 0 });
  });
});
