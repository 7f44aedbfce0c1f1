/** Whether the database answers. */
import type { Pool } from '../pool.js';

/** Null when it answers within `timeoutMs`, else why not, in words without addresses or credentials. */
export async function databaseTrouble(pool: Pool, timeoutMs: number): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`The database has not answered within ${timeoutMs} ms.`), timeoutMs);
  });
  const asked = pool.query('select 1').then(
    () => null,
    (error: unknown) => `The database does not answer: ${codeOf(error)}.`,
  );
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'the connection failed';
}
