import { z } from 'zod';
import { decodeCursor, encodeCursor } from './cursor.js';
import type { Problem } from './problem.js';
import { ValidationPipe } from './validation.js';

const one = z.strictObject({ email: z.string().min(3, 'Too short') });
const many = z.strictObject({ contacts: z.array(one) });

async function refused(type: 'query' | 'body' | 'param', schema: z.ZodType, value: unknown): Promise<Problem> {
  try {
    await new ValidationPipe().transform(value, { type, schema });
  } catch (error) {
    return error as Problem;
  }
  throw new Error('it was accepted');
}

describe('checking what is asked', () => {
  it('gives what the schema makes of it', async () => {
    const schema = z.object({ limit: z.coerce.number().default(50) });
    expect(await new ValidationPipe().transform({ limit: '7' }, { type: 'query', schema })).toEqual({ limit: 7 });
    expect(await new ValidationPipe().transform('as it is', { type: 'body' })).toBe('as it is');
  });

  it('names each wrong field and each unknown one by its own name', async () => {
    const problem = await refused('body', many, {
      contacts: [{ email: 'x' }, { email: 'long enough', mail: 1 }],
      more: 2,
    });
    expect(problem.getStatus()).toBe(400);
    expect(problem.extra.errors).toEqual([
      { field: 'body.contacts[0].email', problem: 'Too short' },
      { field: 'body.contacts[1].mail', problem: 'There is no such field here' },
      { field: 'body.more', problem: 'There is no such field here' },
    ]);
  });

  it('takes of alternatives the one that was meant', async () => {
    const either = z.union([one, many]);
    expect((await refused('body', either, { email: 'x' })).extra.errors).toEqual([
      { field: 'body.email', problem: 'Too short' },
    ]);
    expect((await refused('body', either, { contacts: [{ email: 'x' }] })).extra.errors).toEqual([
      { field: 'body.contacts[0].email', problem: 'Too short' },
    ]);
  });

  it('says the only problem in the detail', async () => {
    const problem = await refused('query', z.strictObject({}), { limt: '1' });
    expect(problem.detail).toBe('query.limt: There is no such parameter here');
  });
});

describe('a cursor', () => {
  it('comes back as it was made', () => {
    const values = [1_795_496_524_618, 'a1012fa1-3b5a-8a3f-8413-7a7aeecdd64c'] as const;
    expect(decodeCursor(encodeCursor(values), ['number', 'string'])).toEqual(values);
    expect(decodeCursor(undefined, ['number'])).toBeNull();
  });

  it.each(['', 'zz', 'bm90IGpzb24', encodeCursor(['x']), encodeCursor([1, 'x', 2]), encodeCursor([null, 'x'])])(
    'of another list or of nobody is refused by its name: %s',
    (cursor) => {
      expect(() => decodeCursor(cursor, ['number', 'string'])).toThrow('query.cursor');
    },
  );
});
