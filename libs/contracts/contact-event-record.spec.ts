import { type ContactEventRow, contactEventRecord, openContactEventRecord } from './contact-event-record.js';
import { deriveId } from './ids.js';
import { laneOf } from './topics.js';

const row: ContactEventRow = {
  id: deriveId('event'),
  workspaceId: deriveId('workspace'),
  contactId: deriveId('contact'),
  version: 3,
  type: 'tag_added',
  v: 1,
  occurredAt: 1000,
  recordedAt: 2000,
  causationId: deriveId('cause'),
  correlationId: deriveId('root'),
  data: { by: { engine: true } },
  pii: Buffer.from('sealed'),
  inputTopic: 'engagements.g2',
  inputPartition: 5,
  inputPosition: 70,
  lane: laneOf(2, 5),
  position: 7,
};

it('travels whole, at the place of its lane', () => {
  const record = contactEventRecord(row);
  expect(record).toMatchObject({ topic: 'contact-events.g2', partition: 5, position: 7, key: row.contactId, at: 2000 });
  expect(openContactEventRecord(record)).toEqual(row);
  expect(openContactEventRecord({ ...record, data: JSON.parse(JSON.stringify(record.data)) })).toEqual(row);
});

it('refuses a record that is none', () => {
  expect(() => openContactEventRecord({ ...contactEventRecord(row), data: {} })).toThrow('is no contact event');
});
