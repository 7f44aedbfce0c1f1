import { freePort } from '#adapters/postgres/embedded/port.js';
import { openWaitingRoom } from './waiting-room.js';

it('says why it waits, and turns each sender away in the status that makes it send again', async () => {
  const port = await freePort();
  const room = await openWaitingRoom(port, '127.0.0.1');
  const ask = (path: string, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, { method: path.startsWith('/ingest') ? 'POST' : 'GET', headers });
  try {
    room.because('It waits for the log.');
    expect((await ask('/health/live')).status).toBe(200);
    const ready = await ask('/health/ready');
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('It waits for the log.')]);
    expect((await ask('/v1/contacts')).status).toBe(503);
    const turnedAway = [
      await ask('/ingest/a-path'),
      await ask('/ingest/a-path', { 'x-amz-sns-message-type': 'Notification' }),
      await ask('/ingest/a-path', { 'x-cio-signature': '00' }),
    ];
    expect(turnedAway.map(({ status }) => status)).toEqual([429, 503, 503]);
    for (const { headers } of turnedAway) expect(headers.get('retry-after')).toBe('5');
  } finally {
    await room.close();
  }
});
