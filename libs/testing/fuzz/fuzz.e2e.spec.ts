/** Half of the minute of `npm run fuzz` that `npm test` has; the parsers' half is in the lane of properties, beside others. */
import { fuzz } from './run.js';

const SECONDS = 30;

it('gives every request an answer that is no 5xx, whatever it is', async () => {
  const { http, findings } = await fuzz({ seconds: SECONDS, seed: 5, only: 'http' });
  expect(findings).toEqual([]);
  expect(http?.status5xx).toBe(0);
  expect(http?.inputs).toBeGreaterThan(100);
}, 180_000);
