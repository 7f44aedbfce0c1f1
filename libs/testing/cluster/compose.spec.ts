/** docker-compose.yml and Dockerfile against the Compose specification and the tree. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ZodError } from 'zod';
import { SETTINGS } from '#platform/configuration/configuration.js';
import { interpolated, readCompose, startWaves } from './compose-file.js';
import { composeSchema } from './compose-schema.js';
import { ourServices, planOf } from './plan.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const FILE = join(ROOT, 'docker-compose.yml');
const compose = readCompose(FILE, { AFTERCLICK_MASTER_KEY: 'k'.repeat(64) });
const ours = ourServices(compose).flat();
const packageJson = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8').split('\n');

it('fits the Compose specification', () => {
  expect(ours).toEqual(['rules', 'projection', 'delivery', 'ingest', 'api']);
  expect(startWaves(compose)).toEqual([['kafka', 'postgres'], ours]);
});

it('is refused with an attribute or a reference that Compose does not know', () => {
  const { services, volumes } = compose;
  const with_ = (service: object) => ({
    services: { ...services, rules: { ...services['rules'], ...service } },
    volumes,
  });
  for (const wrong of [
    { helthcheck: {} },
    { depends_on: { kafak: { condition: 'service_healthy' } } },
    { volumes: ['nowhere:/data'] },
    { ports: ['8080:http'] },
  ])
    expect(() => composeSchema.parse(with_(wrong))).toThrow(ZodError);
});

it('asks for a master key', () => {
  expect(() => readCompose(FILE, {})).toThrow(
    'AFTERCLICK_MASTER_KEY must be set: make one with openssl rand -base64 32',
  );
});

it('puts variables in as Compose does', () => {
  const environment = { A: 'a', EMPTY: '' };
  // Written with @ for $: a template is what it is not.
  const text = '@{A}/@{EMPTY:-b}/@{C:-}/@@{A}/@{C}'.replaceAll('@', '$');
  expect(interpolated(text, environment)).toBe('a/b//@{A}/'.replace('@', '$'));
});

it.each(ours)('%s: its command runs a module that is in the tree and in the image', (name) => {
  const [program, module = ''] = compose.services[name]?.command ?? [];
  expect(program).toBe('node');
  expect(module).toMatch(/^dist\/apps\/[a-z]+\/main\.js$/);
  expect(existsSync(join(ROOT, module.replace(/^dist\//, '').replace(/\.js$/, '.ts')))).toBe(true);
  expect(dockerfile).toContain('COPY --from=build /app/dist dist');
});

it.each(ours)('%s: every setting is one of ours, and it listens where it is looked for', (name) => {
  const { environment = {}, healthcheck } = compose.services[name]!;
  const known = Object.values(SETTINGS).map((setting) => setting.name);
  for (const setting of Object.keys(environment)) expect(known).toContain(setting);
  expect(healthcheck?.test.join(' ')).toContain(`http://127.0.0.1:${environment['PORT']}/health/ready`);
  for (const port of compose.services[name]?.ports ?? []) expect(port.split(':').at(-1)).toBe(environment['PORT']);
});

it('runs without containers on loopback alone', () => {
  const lane = {
    brokers: ['127.0.0.1:1', '127.0.0.1:2'],
    databaseUrl: 'postgres://u:p@127.0.0.1:3/db',
    folder: '/lane',
  };
  const { env, healthcheck } = planOf(compose, 'ingest', 4321, lane);
  expect(env).toMatchObject({
    PORT: '4321',
    AFTERCLICK_HOST: '127.0.0.1',
    AFTERCLICK_DATA: '/lane/ingest',
    AFTERCLICK_KAFKA_BROKERS: '127.0.0.1:1,127.0.0.1:2',
    AFTERCLICK_KAFKA_REPLICATION: '2',
    DATABASE_URL: 'postgres://u:p@127.0.0.1:3/db',
  });
  expect(JSON.stringify([env, healthcheck])).not.toMatch(/kafka:|postgres:\d|8080/);
  expect(healthcheck.join(' ')).toContain('127.0.0.1:4321/health/ready');
});

describe('Dockerfile', () => {
  const lines = dockerfile.filter((line) => /^[A-Z]+ /.test(line));
  const of = (instruction: string) => lines.filter((line) => line.startsWith(`${instruction} `));

  it('copies only what is in the tree, and nothing that is ignored', () => {
    const ignored = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
    const sources = of('COPY')
      .filter((line) => !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1));
    expect(sources.length).toBeGreaterThan(5);
    for (const source of sources) {
      expect([source, existsSync(join(ROOT, source))]).toEqual([source, true]);
      expect(ignored).not.toContain(source);
    }
  });

  it('runs npm scripts that there are, on stages that there are', () => {
    const scripts = of('RUN').flatMap((line) => [...line.matchAll(/npm run (\S+)/g)].map(([, name]) => name ?? ''));
    expect(scripts).not.toEqual([]);
    for (const script of scripts) expect(packageJson.scripts).toHaveProperty(script);
    const stages = of('FROM').flatMap((line) => line.split(' AS ')[1] ?? []);
    for (const [, stage] of of('COPY').flatMap((line) => [...line.matchAll(/--from=(\S+)/g)]))
      expect(stages).toContain(stage);
  });

  it('leaves nobody root, and its command is in the image', () => {
    expect(of('USER')).toEqual(['USER node']);
    expect(lines.lastIndexOf('USER node')).toBeGreaterThan(lines.findLastIndex((line) => line.startsWith('COPY ')));
    const [program, file = ''] = JSON.parse(of('CMD')[0]!.slice(4)) as string[];
    expect(program).toBe('node');
    expect(existsSync(join(ROOT, file))).toBe(true);
  });
});
