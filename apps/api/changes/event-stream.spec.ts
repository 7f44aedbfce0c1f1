import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { EventStream } from './event-stream.js';

/** A response that takes `room` writes, then no more until `drain`. */
class SlowResponse extends EventEmitter {
  readonly written: string[] = [];
  writableEnded = false;
  room = Number.POSITIVE_INFINITY;
  writeHead = () => this;
  write(text: string): boolean {
    this.written.push(text);
    this.room -= 1;
    return this.room > 0;
  }
  end(): void {
    this.writableEnded = true;
  }
}

function opened(lifeMs = 60_000) {
  const response = new SlowResponse();
  const request = { socket: { setTimeout: () => undefined } } as unknown as IncomingMessage;
  return { response, stream: new EventStream(request, response as unknown as ServerResponse, lifeMs) };
}

it('writes an event with its id, one line a field', async () => {
  const { response, stream } = opened();
  await stream.event('change', 'c1', { text: 'a\nb' });
  expect(response.written.at(-1)).toBe('event: change\nid: c1\ndata: {"text":"a\\nb"}\n\n');
  stream.end();
  expect(response.writableEnded).toBe(true);
});

it('waits for a reader that takes no more, and goes on once it does', async () => {
  const { response, stream } = opened();
  response.room = 1;
  let done = false;
  const writing = stream.event('change', 'c1', {}).then(() => {
    done = true;
  });
  await new Promise(setImmediate);
  expect(done).toBe(false);
  response.emit('drain');
  await writing;
  stream.end();
});

it('ends what waits when the reader leaves, and writes nothing more', async () => {
  const { response, stream } = opened();
  response.room = 1;
  const writing = stream.event('change', 'c1', {});
  response.emit('close');
  await writing;
  expect(stream.ended).toBe(true);
  const before = response.written.length;
  await stream.event('change', 'c2', {});
  expect(response.written).toHaveLength(before);
});
