import { refusedChange } from './change.js';
import { type AttributeDeclaration, assign, declaredBy, typesOf } from './declaration.js';
import { readAttributes } from './read-attributes.js';
import { celTypeOf, partsOf, textOf } from './type.js';
import { checkValue, fromText } from './value.js';

const YAML = `
plan: { type: enum, values: [free, pro], description: What they pay for. }
seats: int
revenue: { type: decimal, aliases: [turnover] }
active: bool
renewal: date
seen: datetime
topics: list
deals: { type: list, of: decimal }
fax: { type: string, deprecated: use phone }
phone: string
`;
const { declarations, problems } = readAttributes('attributes.yaml', YAML);
const declared = declaredBy(declarations);
const named = (name: string) => declared.get(name) as AttributeDeclaration;

describe('attributes.yaml', () => {
  it('declares types, values, lists, former names and what is no longer used', () => {
    expect(problems).toEqual([]);
    expect(named('plan')).toMatchObject({
      type: { scalar: 'enum', values: ['free', 'pro'] },
      description: 'What they pay for.',
    });
    expect(named('turnover').name).toBe('revenue');
    expect(named('fax').deprecated).toBe('use phone');
    expect(typesOf([named('plan'), named('revenue'), named('topics'), named('deals')])).toEqual({
      plan: 'enum["free","pro"]',
      revenue: 'decimal in revenue,turnover',
      turnover: 'decimal in revenue,turnover',
      topics: 'list',
      deals: 'list<decimal>',
    });
  });

  it.each([
    ['plan: strin', 1, 7, 'did you mean string?'],
    ['a: int\n2nd: int', 2, 1, 'a letter first'],
    ['plan: { type: enum }', 1, 15, 'values:'],
    ['plan: { type: int, values: [a] }', 1, 15, 'type: enum'],
    ['plan: { type: int, of: string }', 1, 24, 'type: list'],
    ['plan: { type: list, of: lst }', 1, 25, 'did you mean'],
    ['plan: { typ: int }', 1, 9, 'did you mean type?'],
    ['a: int\nb: { type: int, aliases: [a] }', 2, 1, 'aliases'],
    ['a: { type: enum, values: [x, x] }', 1, 26, 'remove'],
    ['- a', 1, 1, 'KEY: VALUE'],
  ])('refuses %j with its place and the cure', (text, line, column, cure) => {
    const [problem] = readAttributes('attributes.yaml', text).problems;
    expect(problem).toMatchObject({ line, column, cure: expect.stringContaining(cure) });
  });
});

describe('a type', () => {
  it.each(['string', 'int', 'double', 'enum["a","b, c"]', 'list', 'list<date>', 'list<enum["a"]>', 'int in a,b'])(
    '%s is read from its text and written as it was',
    (text) => {
      const parts = partsOf(text);
      expect(parts && textOf(parts)).toBe(text);
    },
  );

  it.each(['', 'strin', 'list<list>', 'enum', 'enum[1]', 'list<int', 'int>', 'int in a b'])('%s is none', (text) => {
    expect(partsOf(text)).toBeNull();
  });

  it('is seen by conditions as text, whole numbers, doubles and lists of them', () => {
    expect(Object.values(typesOf(declarations)).map(celTypeOf)).toEqual([
      'bool',
      'list<double>',
      'string',
      'string',
      'string',
      'string',
      'double',
      'double',
      'int',
      'string',
      'list<string>',
    ]);
  });
});

describe('a value', () => {
  const check = (name: string, value: unknown) => checkValue({ ...named(name).type, storedAs: [] }, value);

  it.each([
    ['plan', 'pro', 'pro'],
    ['seats', -5, -5],
    ['revenue', '12.50', '12.50'],
    ['revenue', 12, '12'],
    ['active', false, false],
    ['renewal', '2028-02-29', '2028-02-29'],
    ['seen', '2026-11-24T10:30:00+01:00', '2026-11-24T09:30:00.000Z'],
    ['topics', ['a', 'b'], ['a', 'b']],
    ['deals', ['1.5', 2], ['1.5', '2']],
  ])('%s takes %j', (name, value, stored) => {
    expect(check(name, value)).toEqual({ value: stored });
  });

  it.each([
    ['plan', 'Pro', 'did you mean pro?'],
    ['seats', 1.5, 'write it as 5'],
    ['seats', '5', 'write it as 5'],
    ['seats', 2 ** 53, 'write it as 5'],
    ['revenue', 12.5, 'write it as text: "12.5"'],
    ['revenue', '1e3', 'write it as "12.50"'],
    ['revenue', '01', 'write it as "12.50"'],
    ['active', 'yes', 'write true or false'],
    ['renewal', '2026-02-29', 'write it as "2026-11-24"'],
    ['seen', '2026-11-24T10:30:00', 'write time and offset'],
    ['seen', '2026-02-30T10:30:00Z', 'write time and offset'],
    ['seen', '2026-11-24T25:30:00Z', 'write time and offset'],
    ['topics', 'a', 'write a list'],
    ['topics', ['a', 5], 'put it in quotes: "5"'],
    ['phone', 49, 'put it in quotes: "49"'],
    ['phone', 'x'.repeat(10_001), 'at most 10000'],
    ['topics', Array(201).fill('a'), 'at most 200'],
  ])('%s refuses %j with the cure', (name, value, cure) => {
    expect(check(name, value)).toMatchObject({ problem: expect.any(String), cure: expect.stringContaining(cure) });
  });

  it('is read from the text of a column by its type', () => {
    const read = (name: string, text: string) => fromText({ ...named(name).type, storedAs: [] }, text);
    expect(read('seats', ' 5 ')).toBe(5);
    expect(read('active', 'Yes')).toBe(true);
    expect(read('topics', 'a; b;')).toEqual(['a', 'b']);
    expect(read('revenue', '12.50')).toBe('12.50');
    expect(read('seats', 'many')).toBe('many');
  });
});

describe('what is to be written', () => {
  it('is stored under the names of today, and a former name is cleared', () => {
    expect(assign(declared, { turnover: '5', seats: 3, plan: null }, ['phone']).assigned).toEqual({
      set: { revenue: '5', seats: 3 },
      clear: ['phone', 'plan', 'turnover'],
    });
  });

  it('names each field with what is wrong and the cure', () => {
    const { problems: found } = assign(declared, { seat: 3, plan: 'gold', fax: '1', revenue: '1', turnover: '2' }, [
      'topic',
    ]);
    expect(found).toEqual([
      { name: 'seat', problem: 'no attribute seat is declared; did you mean seats?, or declare it' },
      { name: 'plan', problem: 'expected one of its values: free, pro, and "gold" is none; use one of: free, pro' },
      { name: 'fax', problem: 'fax is deprecated; use phone' },
      { name: 'turnover', problem: 'revenue and turnover are one attribute; write one of them' },
      { name: 'topic', problem: 'no attribute topic is declared; did you mean topics?, or declare it' },
    ]);
  });

  it('may clear what is deprecated', () => {
    expect(assign(declared, { fax: null }, [])).toEqual({ assigned: { set: {}, clear: ['fax'] }, problems: [] });
  });

  it('is free where nothing is declared', () => {
    expect(assign(new Map(), { any: { thing: 1 } }, ['b'])).toEqual({
      assigned: { set: { any: { thing: 1 } }, clear: ['b'] },
      problems: [],
    });
  });
});

describe('a change of a declaration', () => {
  const of = (line: string) => readAttributes('a.yaml', line).declarations[0] as AttributeDeclaration;

  it.each([
    ['a: int', 'a: decimal'],
    ['a: date', 'a: string'],
    ['a: { type: enum, values: [x] }', 'a: { type: enum, values: [y, x] }'],
    ['a: { type: enum, values: [x] }', 'a: string'],
    ['a: int', 'b: { type: int, aliases: [a] }'],
    ['a: int', 'a: { type: int, deprecated: use b }'],
  ])('%s → %s leaves every stored value one of the type', (before, after) => {
    expect(refusedChange(of(before), of(after))).toBeNull();
  });

  it.each([
    ['a: string', 'a: int', 'declare another attribute'],
    ['a: int', 'a: { type: list, of: int }', 'declare another attribute'],
    ['a: { type: enum, values: [x, y] }', 'a: { type: enum, values: [y] }', 'loses x'],
    ['b: { type: int, aliases: [a] }', 'b: int', 'keep that among its aliases'],
  ])('%s → %s is refused', (before, after, why) => {
    expect(refusedChange(of(before), of(after))).toContain(why);
  });
});
