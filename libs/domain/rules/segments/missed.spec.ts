import { missedSegments } from './missed.js';

const segment = (name: string, condition: string) => ({
  ...{ rule: `segment:${name}`, version: 1, templates: {} },
  yaml: `segment: ${name}\nif: '${condition}'\n`,
});
const rule = (name: string, head: string) => ({
  ...{ rule: name, version: 1, templates: {} },
  yaml: `rule: ${name}\n${head}\nthen:\n  - add_score: 1\n`,
});
const ENGAGED = segment('engaged', 'count("opened", "30d") >= 3');
const WARM = segment('warm', 'in_segment("engaged") && contact.score > 20');
const WELCOME = rule('welcome', `on: { segment_entered: engaged }\nif: 'in_segment("engaged")'`);
const ANY = rule('any', 'on: segment_entered');

describe('definitions that are in force together', () => {
  it('miss nothing where each segment they name is among them', () => {
    expect(missedSegments([WELCOME, ANY, ENGAGED, WARM])).toEqual([]);
    expect(missedSegments([])).toEqual([]);
  });

  it('miss each segment that is not, once for each that asks for it', () => {
    expect(missedSegments([WELCOME, ANY, WARM])).toEqual([
      'rule welcome asks for segment engaged, which would not be in force',
      'segment warm asks for segment engaged, which would not be in force',
    ]);
  });

  it('are told of a cycle', () => {
    const asksBack = segment('engaged', 'in_segment("warm")');
    expect(missedSegments([asksBack, WARM])).toEqual([
      expect.stringMatching(/^segments would ask for each other: (engaged, warm, engaged|warm, engaged, warm)$/),
    ]);
  });
});
