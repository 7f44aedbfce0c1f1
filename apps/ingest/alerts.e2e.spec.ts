/** What a provider tells that a person has to act on is said once it is stored, and names whom it is about. */
import { subjectOf } from '#contracts/ids.js';
import { MEMORY_WORKSPACE, MemoryIngest, memorySource } from '#testing/ingest/memory-ingest.js';

const erased = (objectId: number) => ({
  subscriptionType: 'contact.privacyDeletion',
  portalId: 3,
  eventId: 1,
  objectId,
  occurredAt: Date.now(),
});

describe('an erasure at HubSpot', () => {
  let ingest: MemoryIngest;
  beforeAll(async () => {
    ingest = await MemoryIngest.start({ sources: [memorySource('crm', 'hubspot')] });
  });
  afterAll(() => ingest.close());
  beforeEach(() => ingest.clear());
  const post = async (changes: readonly unknown[]) => {
    const answer = await fetch(`${ingest.url}/ingest/crm`, { method: 'POST', body: JSON.stringify(changes) });
    return { status: answer.status, ...((await answer.json()) as { readonly delivery?: string }) };
  };

  it('is told of each contact of a batch, by its id there and here, and of no other', async () => {
    const secret = await ingest.keys.secret(MEMORY_WORKSPACE);
    const { status, delivery } = await post([
      { ...erased(7), subscriptionType: 'contact.creation' },
      erased(500),
      'nonsense',
      erased(501),
    ]);
    expect(status).toBe(200);
    expect(ingest.alerts).toEqual(
      ['500', '501'].map((value) => ({
        message: expect.stringContaining(`contact ${value} of portal 3`),
        delivery,
        contact: subjectOf(secret, { kind: 'hubspot:3', value }),
      })),
    );
    expect(ingest.records('engagements')).toHaveLength(3);
  });

  it('is told of only when it is stored: what HubSpot sends again is told of then', async () => {
    ingest.store.away = true;
    expect((await post([erased(500)])).status).toBe(503);
    expect(ingest.alerts).toEqual([]);
    ingest.store.away = false;
    expect((await post([erased(500)])).status).toBe(200);
    expect(ingest.alerts).toHaveLength(1);
  });
});
