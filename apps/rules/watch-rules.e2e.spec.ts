/** `start --watch-rules DIR`: a save publishes, what is refused changes nothing; without it files change nothing at all. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startStandalone } from '#apps/standalone/standalone.js';
import { readConfiguration } from '#platform/configuration/configuration.js';
import { createLogger } from '#platform/logging/logger.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { temporaryFolder } from '#testing/standalone.js';
import { until } from '#testing/until.js';

interface Rules {
  readonly items: readonly { readonly name: string; readonly version: number | null; readonly yaml: string }[];
}

const yaml = (points: number, on = 'opened') => `rule: saved\non: ${on}\nthen:\n  - add_score: ${points}\n`;

describe('rules that are watched', () => {
  const data = temporaryFolder();
  const dir = join(data.path, 'crm-rules');
  const file = join(dir, 'rules', 'saved.yaml');
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
    mkdirSync(join(dir, 'rules'), { recursive: true });
    writeFileSync(file, yaml(1));
  });
  afterAll(async () => {
    await database.drop();
    data.remove();
  });

  async function running<T>(
    watchRules: string | null,
    work: (rule: () => Promise<Rules['items'][number] | undefined>, said: () => string) => Promise<T>,
  ): Promise<T> {
    const settings = { databaseUrl: database.url, dataDir: join(data.path, 'data'), port: 0, partitions: 2 };
    const lines: string[] = [];
    const logger = createLogger('warn', { write: (line: string) => void lines.push(line) });
    const { where, stop } = await startStandalone(readConfiguration({}, settings), { watchRules, logger });
    try {
      const rule = async () => {
        const answer = await fetch(`${where.url}/v1/rules`, { headers: { authorization: `Bearer ${where.apiKey}` } });
        return ((await answer.json()) as Rules).items.find(({ name }) => name === 'saved');
      };
      return await work(rule, () => lines.join(''));
    } finally {
      await stop();
    }
  }

  it('are published at the start and on each save; what is wrong leaves the last good version in force', async () => {
    await running(dir, async (rule, said) => {
      expect(await rule()).toMatchObject({ version: 1 });
      writeFileSync(file, yaml(2));
      await until(async () => (await rule())?.version === 2);
      writeFileSync(file, yaml(3, 'openend'));
      await until(() => said().includes('rules/saved.yaml:2:5'));
      expect(said()).toContain('The last good version stays in force.');
      expect(await rule()).toMatchObject({ version: 2, yaml: yaml(2) });
      writeFileSync(file, yaml(3));
      await until(async () => (await rule())?.version === 3);
    });
  }, 60_000);

  it('change nothing in an instance that was not told to watch them', async () => {
    writeFileSync(file, yaml(4));
    await running(null, async (rule) => expect(await rule()).toMatchObject({ version: 3, yaml: yaml(3) }));
  }, 60_000);
});
