/** The lane over recorded requests of third parties: every field of every expectation, each request judged purely. */
import { answerFaults } from '#testing/provider-answers.js';
import { readSamples, requestLine, samplesFolder } from '#testing/provider-samples.js';
import { normalizeRequest } from './normalize-request.js';

const folder = samplesFolder();

if (folder === undefined) {
  process.stderr.write('provider samples: skipped, AFTERCLICK_PROVIDER_SAMPLES names no folder\n');
  it.skip('recorded provider requests: skipped, AFTERCLICK_PROVIDER_SAMPLES names no folder', () => undefined);
} else {
  describe('recorded provider requests', () => {
    it.each(readSamples(folder).map((sample) => [sample.id, sample] as const))('%s', (id, sample) => {
      const answer = normalizeRequest(requestLine(sample));
      expect(answer.id).toBe(id);
      expect(answerFaults(sample, answer)).toEqual([]);
    });
  });
}
