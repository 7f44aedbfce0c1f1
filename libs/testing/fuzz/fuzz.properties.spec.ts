/** Half of the minute of `npm run fuzz` that `npm test` has; the other half, over HTTP, is in the lane of whole processes. */
import { inputOf } from './inputs.js';
import { fuzz } from './run.js';

const SECONDS = 30;

it('throws, hangs and takes for genuine nothing that no provider sends', async () => {
  const { parsers, findings } = await fuzz({ seconds: SECONDS, seed: 5, only: 'parsers' });
  expect(findings).toEqual([]);
  expect(parsers?.inputs).toBeGreaterThan(1_000);
}, 180_000);

it('makes the same inputs again from the same seed', () => {
  const [one, other, third] = [inputOf(7, 41), inputOf(7, 41), inputOf(8, 41)];
  expect(one.request).toEqual(other.request);
  expect(one.request.body.equals(third.request.body)).toBe(false);
});
