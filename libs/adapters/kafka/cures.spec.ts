import { cureKafkajs } from './cures.js';
import { type RequestQueue, RequestQueueClass } from './kafkajs-internals.js';

interface Pushed {
  readonly entry: { readonly correlationId: number; resolve(): void; reject(error: Error): void };
  readonly expectResponse: boolean;
  sendRequest(): void;
}
type FullQueue = RequestQueue & {
  throttleCheckTimeoutId: unknown;
  push(request: Pushed): void;
  checkPendingRequests(): void;
};
const Queue = RequestQueueClass as unknown as new (options: object) => FullQueue;

function newQueue(): FullQueue {
  const logger = { debug: () => undefined };
  return new Queue({ maxInFlightRequests: 1, requestTimeout: 1_000, broker: 'host:9092', clientId: 'c', logger });
}

function request(correlationId: number): { pushed: Pushed; outcome: Promise<void> } {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  return {
    pushed: { entry: { correlationId, resolve, reject }, expectResponse: true, sendRequest: () => undefined },
    outcome: promise,
  };
}

beforeAll(() => cureKafkajs());

it('arms no timer while nothing is pending, and one while something is', () => {
  const queue = newQueue();
  queue.checkPendingRequests();
  expect(queue.throttleCheckTimeoutId).toBeNull();
  const sent = request(1);
  const waiting = request(2);
  queue.push(sent.pushed);
  expect(queue.throttleCheckTimeoutId).toBeNull();
  queue.push(waiting.pushed);
  expect(queue.throttleCheckTimeoutId).not.toBeNull();
  const ended = Promise.allSettled([sent.outcome, waiting.outcome]);
  queue.destroy();
  return ended;
});

it('rejects what a connection leaves behind when it is shut', async () => {
  const queue = newQueue();
  const [sent, waiting] = [request(1), request(2)];
  queue.push(sent.pushed);
  queue.push(waiting.pushed);
  const outcomes = Promise.allSettled([sent.outcome, waiting.outcome]);
  queue.destroy();
  const closed = { name: 'KafkaJSConnectionClosedError', host: 'host', port: 9092 };
  expect(await outcomes).toMatchObject([
    { status: 'rejected', reason: closed },
    { status: 'rejected', reason: closed },
  ]);
});
