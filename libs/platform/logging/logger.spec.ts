import { createLogger } from './logger.js';

const address = 'jane@example.com';

function lineOf(error: unknown): Record<string, Record<string, string>> {
  const lines: string[] = [];
  createLogger('info', { write: (line: string) => void lines.push(line) }).error({ err: error }, 'it failed');
  return JSON.parse(lines[0] ?? '');
}

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('an error in the log', () => {
  it('is told with its kind, message and place', () => {
    const { err } = lineOf(Object.assign(new Error('the disk is full'), { code: 'ENOSPC' }));
    expect(err).toMatchObject({ type: 'Error', message: 'the disk is full', code: 'ENOSPC' });
    expect(err?.['stack']).toMatch(/^ {4}at .*logger\.spec/);
  });

  it.each([
    ['JSON that does not parse', thrownBy(() => JSON.parse(`${address} is no JSON`))],
    ['a value that Node refuses', thrownBy(() => Buffer.alloc(address as unknown as number))],
    [
      'a value that Postgres refuses',
      Object.assign(new Error(`invalid input syntax for type uuid: "${address}"`), { code: '22P02', detail: address }),
    ],
    ['a row that Postgres refuses', Object.assign(new Error('duplicate key'), { code: '23505', detail: address })],
  ])('does not quote %s', (_, error) => {
    expect(JSON.stringify([(error as Error).message, (error as { detail?: string }).detail])).toContain('jane');
    expect(JSON.stringify(lineOf(error))).not.toContain('jane');
  });
});
