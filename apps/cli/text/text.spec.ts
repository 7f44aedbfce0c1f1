import { cut, oneLine, plain, wrapped } from './plain.js';
import { table, WIDTH } from './table.js';
import { localTime, zonedTime } from './time.js';

describe('text of others', () => {
  it('cannot steer a terminal: control characters and marks of direction are replaced', () => {
    expect(plain('a\u001b[31mb\u009b2Jc\u202ed\u0007')).toBe('a\ufffd[31mb\ufffd2Jc\ufffdd\ufffd');
    expect(plain('one\r\ntwo\tthree\n')).toBe('one\ntwo\tthree\n');
    expect(plain('fo\rol')).toBe('fo\ufffdol');
  });

  it('is put on one line, cut by characters and not by their halves', () => {
    expect(oneLine(' a\n\n b\t c ')).toBe('a b c');
    expect(cut('👋👋👋👋', 3)).toBe('👋👋…');
    expect(cut('abc', 3)).toBe('abc');
  });

  it('is wrapped at spaces; a long word stays whole, for it is a URL', () => {
    expect(wrapped('1. go to https://example.com/a-very-long-path and click', 20, '   ')).toBe(
      '1. go to\n   https://example.com/a-very-long-path\n   and click',
    );
  });
});

describe('a table', () => {
  const id = '0197a3c2-5d6e-8f10-9a3b-4c5d6e7f8091';

  it('aligns its columns under an upper-case head', () => {
    expect(
      table(
        ['name', 'n'],
        [
          ['a', 1],
          ['long one', null],
        ],
      ),
    ).toEqual(['NAME      N', 'a         1', 'long one']);
  });

  it('fits 100 columns: what may shrink is cut, the widest first, and ids stay whole', () => {
    const lines = table(['id', 'title', 'who'], [[id, 'x'.repeat(90), 'y'.repeat(30)]], ['title', 'who']);
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(WIDTH);
    expect(lines[1]).toContain(id);
    expect(lines[1]).toMatch(/x{29}… {2}y{30}$/);
  });

  it('is wider only where nothing may shrink any more', () => {
    const lines = table(['a', 'b', 'c'], [[id, id, 'z'.repeat(40)]], ['c']);
    expect(lines[1]).toBe(`${id}  ${id}  ${'z'.repeat(23)}…`);
    expect(table(['a', 'b', 'c'], [[id, id, id]])[1]).toBe(`${id}  ${id}  ${id}`);
  });

  it('shows nothing that moves the cursor', () => {
    expect(table(['t'], [['a\u001b[2J\nb']])[1]).toBe('a\ufffd[2J b');
  });
});

describe('a time', () => {
  it('is local, as ISO 8601 has it', () => {
    const at = new Date(2026, 10, 24, 9, 5, 3).getTime();
    expect(localTime(at)).toBe('2026-11-24T09:05:03');
    expect(Date.parse(zonedTime(at))).toBe(at);
    expect(zonedTime(at)).toMatch(/^2026-11-24T09:05:03[+-]\d\d:\d\d$/);
    expect(localTime(new Date(at).toISOString())).toBe(localTime(at));
  });
});
