/** A part of `npm run fuzz`: enough to notice a parser that throws or an answer that is a 5xx. */
import { fuzz } from './run.js';

const SECONDS = 25;

it('survives what no provider sends, as bytes to its parsers and as requests over HTTP', async () => {
  const { parsers, http, status5xx, findings } = await fuzz({ seconds: SECONDS, seed: 5 });
  expect(findings).toEqual([]);
  expect(status5xx).toBe(0);
  expect(parsers.inputs).toBeGreaterThan(1_000);
  expect(http.inputs).toBeGreaterThan(100);
}, 180_000);

it('makes the same inputs again from the same seed', async () => {
  const { inputOf } = await import('./inputs.js');
  const [one, other, third] = [inputOf(7, 41), inputOf(7, 41), inputOf(8, 41)];
  expect(one.request).toEqual(other.request);
  expect(one.request.body.equals(third.request.body)).toBe(false);
});
