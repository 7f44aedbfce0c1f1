import { type Answer, answerFaults } from './provider-answers.js';
import type { Sample } from './provider-samples.js';

const event = {
  canonicalType: 'clicked',
  recipient: 'Ann@acme.test',
  occurredAt: '2024-05-01T10:00:00.000Z',
  actor: 'human',
  reason: null,
  bounce: { code: 550 },
  tags: ['a', 'b'],
  metadata: { plan: 'pro' },
  inbound: { from: 'Ann <ann@acme.test>', subject: 'Hi' },
};
const sample = {
  id: 's/1',
  provider: 'postmark',
  signature: { shouldVerify: true },
  expected: { outcome: 'accept', eventCount: 1, events: [event] },
} as unknown as Sample;
const right = {
  type: 'clicked',
  recipient: 'ann@acme.test',
  occurredAt: '2024-05-01T10:00:00.000Z',
  actor: 'human',
  bounce: { code: 550, severity: 'permanent' },
  tags: ['b', 'a'],
  metadata: { plan: 'pro' },
  inbound: { from: 'ann@acme.test', fromName: 'Ann', subject: 'Hi' },
};
const answer = (more: object = {}, whole: Partial<Answer> = {}): Answer => ({
  outcome: 'accept',
  verified: true,
  events: [{ ...right, ...more }],
  ...whole,
});

it('finds nothing wrong with a right answer', () => {
  expect(answerFaults(sample, answer())).toEqual([]);
});

it.each([
  { type: 'opened' },
  { recipient: 'bob@acme.test' },
  { occurredAt: '2024-05-01T10:00:00.001Z' },
  { actor: 'machine' },
  { reason: 'said' },
  { bounce: { code: 551 } },
  { tags: ['a'] },
  { metadata: { plan: 'pro', n: 1 } },
  { inbound: { from: 'ann@acme.test', subject: 'Ho' } },
])('finds %j', (more) => {
  expect(answerFaults(sample, answer(more))).toHaveLength(1);
});

it('finds a wrong verdict, outcome, or number of events', () => {
  expect(answerFaults(sample, answer({}, { verified: null }))).toHaveLength(1);
  expect(answerFaults(sample, answer({}, { outcome: 'ignore' }))).toHaveLength(1);
  expect(answerFaults(sample, answer({}, { events: [] }))).toHaveLength(2);
});

it('compares the status and the headers of a handshake', () => {
  const headers = { 'X-Rate': 'a positive integer or * (required)', 'X-Origin': 'a (or *)' };
  const handshake = {
    ...sample,
    expected: { outcome: 'handshake', response: { status: '2xx', headers } },
  } as unknown as Sample;
  const response = { status: 204, headers: { 'x-rate': '120', 'x-origin': '*' } };
  expect(answerFaults(handshake, answer({}, { outcome: 'handshake', response }))).toEqual([]);
  const wrong = { status: 302, headers: { 'x-rate': '0', 'x-origin': 'b' } };
  expect(answerFaults(handshake, answer({}, { outcome: 'handshake', response: wrong }))).toHaveLength(3);
});
