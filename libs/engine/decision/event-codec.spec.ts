import type { Recorded, TagAdded } from '#contracts/contact-events.js';
import { deriveId } from '#contracts/ids.js';
import type { Placed } from '#contracts/inputs.js';
import { PoisonError, StopPartitionError } from '#engine/log/errors.js';
import { memoryMasterKey } from '#engine/sealing/memory-keys.js';
import { openEvent, sealEvent } from './event-codec.js';

const { key } = memoryMasterKey().create('contact');
const event: Recorded<TagAdded> = {
  ...{ type: 'tag_added', v: 1, data: { by: { command: true } }, pii: { tag: 'vip' } },
  ...{ id: deriveId('event'), workspaceId: deriveId('workspace'), contactId: deriveId('contact'), version: 1 },
  ...{ occurredAt: 1, recordedAt: 2, causationId: deriveId('input'), correlationId: deriveId('input') },
};
const at = { topic: 'engagements.g1', partition: 0, position: 7 } as Placed;

describe('an event of the store', () => {
  it('opens to what was sealed', () => {
    expect(openEvent(sealEvent(event, at, key), key)).toMatchObject(event);
  });

  it.each([
    ['of a later version', { v: 2 }],
    ['of a type that is not known', { type: 'tag_renamed' }],
  ])('%s stops whoever reads it, and is not taken for what it was', (_, newer) => {
    expect(() => openEvent({ ...sealEvent(event, at, key), ...newer }, key)).toThrow(StopPartitionError);
  });

  it('is poison without the key that sealed it', () => {
    expect(() => openEvent(sealEvent(event, at, key), null)).toThrow(PoisonError);
    expect(() => openEvent(sealEvent(event, at, key), memoryMasterKey().create('contact').key)).toThrow(PoisonError);
  });
});
