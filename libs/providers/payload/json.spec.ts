import { bodyText, DEEPEST, readBatch, readJson } from './json.js';
import { cutElements } from './json-elements.js';

const parsed = (text: string): unknown => {
  const reading = readJson(text);
  if (!reading.ok) throw new Error(reading.error);
  return reading.value;
};

describe('readJson', () => {
  it('keeps integers beyond 2^53 as their digits, and leaves every other number alone', () => {
    expect(
      parsed('{"a":9007199254740993,"b":[-12345678901234567890, 9007199254740991],"c":1.5,"d":"9007199254740993"}'),
    ).toEqual({
      a: '9007199254740993',
      b: ['-12345678901234567890', 9007199254740991],
      c: 1.5,
      d: '9007199254740993',
    });
  });

  it('keeps numbers that a double would make infinite', () => {
    expect(parsed('[1e400,-1E999,1e3]')).toEqual(['1e400', '-1E999', 1000]);
  });

  it('does not make a legal text of an illegal one', () => {
    expect(readJson('{9007199254740993:1}').ok).toBe(false);
    expect(readJson('[09007199254740993]').ok).toBe(false);
  });

  it('reads past a byte order mark and broken UTF-8', () => {
    expect(parsed('\ufeff{"a":1}')).toEqual({ a: 1 });
    expect(bodyText(Buffer.from([0xef, 0xbb, 0xbf, 0x22, 0xff, 0x22]))).toBe('"\ufffd"');
  });

  it('replaces what no database text can hold', () => {
    expect(parsed('{"a\\u0000":"x\\u0000y","b":"\\ud83d","c":"\\ud83e\\udd80"}')).toEqual({
      'a\ufffd': 'x\ufffdy',
      b: '\ufffd',
      c: '🦀',
    });
  });

  it.each([
    ['', 'empty body'],
    [' \n', 'empty body'],
    ['{', 'not JSON'],
    ['a=1', 'not JSON'],
  ])('refuses %j', (text, error) => {
    expect(readJson(text)).toEqual({ ok: false, error });
  });

  it('refuses what is nested too deep, at any depth', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(readJson(nested(DEEPEST)).ok).toBe(true);
    expect(readJson(nested(DEEPEST + 1)).ok).toBe(false);
    expect(readJson(nested(1_000_000)).ok).toBe(false);
  });
});

describe('readBatch', () => {
  it('does not lose a batch for one element that is nested too deep', () => {
    const deep = '{"a":'.repeat(200) + '1' + '}'.repeat(200);
    expect(readBatch(`[{"n":1},${deep},{"n":2}]`)).toEqual({
      ok: true,
      isArray: true,
      elements: [
        { index: 0, value: { n: 1 } },
        { index: 1, value: undefined },
        { index: 2, value: { n: 2 } },
      ],
    });
  });

  it('takes an object for a batch of one', () => {
    expect(readBatch('{"n":1}')).toEqual({ ok: true, isArray: false, elements: [{ index: 0, value: { n: 1 } }] });
  });
});

describe('cutElements', () => {
  it('cuts each element as it stands', () => {
    expect(cutElements(' [ {"a" : "],\\"" } , 9007199254740993,null ,[1, 2] ]')).toEqual([
      '{"a" : "],\\"" }',
      '9007199254740993',
      'null',
      '[1, 2]',
    ]);
  });

  it('finds the array in a member, the last of that name', () => {
    expect(cutElements('{"x":{"data":[0]},"data":[1],"data":[2,3]}', 'data')).toEqual(['2', '3']);
    expect(cutElements('{"data":{}}', 'data')).toEqual([]);
  });

  it.each(['', '[', '[1', '["', '{"data":', '[1,,2', '{"a" "b"}', '[}'])('reads %j without harm', (text) => {
    expect(() => [cutElements(text), cutElements(text, 'data')]).not.toThrow();
  });
});
