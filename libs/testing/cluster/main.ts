/** `npm run cluster [-- --rules 2 --projection 2 --brokers 3]`: the shape of docker-compose.yml on this machine, until Ctrl-C. */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { curlFor, type Where } from '#apps/standalone/describe-start.js';
import { kafkaMissing } from '../kafka/artifacts.js';
import { type Cluster, startCluster } from './cluster.js';
import { withDemo } from './demo.js';

const COUNTED = ['rules', 'projection', 'delivery', 'ingest', 'api'] as const;

const say = (line: string): void => void process.stderr.write(`[cluster] ${line}\n`);

function options(argv: readonly string[]) {
  const number = { type: 'string', default: '1' } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: { brokers: number, rules: number, projection: number, delivery: number, ingest: number, api: number },
  });
  const read = (name: keyof typeof values, allowed: (value: number) => boolean, what: string): number => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || !allowed(value)) throw new Error(`--${name} ${values[name]}: expected ${what}`);
    return value;
  };
  const count = (name: (typeof COUNTED)[number]) => read(name, (value) => value >= 1 && value <= 20, '1 to 20');
  return {
    brokers: read('brokers', (value) => value === 1 || value === 3, '1 or 3'),
    instances: Object.fromEntries(COUNTED.map((name) => [name, count(name)])),
  };
}

function description(cluster: Cluster, where: Where): string {
  const ingest = cluster.of('ingest')[0]?.url ?? '';
  return [
    '',
    ...cluster.instances.map(({ name, url }) => `  ${name.padEnd(14)} ${url}`),
    '',
    `  Pages          ${where.url}/sign-in?key=${where.apiKey}`,
    `  Command line   AFTERCLICK_URL=${where.url} AFTERCLICK_API_KEY=${where.apiKey} afterclick contacts list`,
    `  SQL, read only ${where.readUrl}`,
    '',
    'Send a click, as a provider would (paste it into another terminal):',
    '',
    where.hmacSource === null ? '' : curlFor(ingest, where.hmacSource),
    '',
    'Ctrl-C stops all; nothing is kept.',
  ].join('\n');
}

function untilToldToStop(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve).once('disconnect', resolve);
  });
}

async function main(): Promise<number> {
  const { brokers, instances } = options(process.argv.slice(2));
  const missing = await kafkaMissing();
  if (missing !== null) throw new Error(`no Kafka can be started here: ${missing}. Install Java 17 and Maven.`);
  const told = untilToldToStop();
  process.channel?.unref();
  const masterKey = randomBytes(32).toString('base64');
  const cluster = await startCluster({ brokers, instances, masterKey, onProgress: say });
  try {
    say(`kafka ${cluster.kafka.brokers.join(',')}`);
    say(`postgres ${cluster.databaseUrl}`);
    say(`logs and data: ${cluster.folder}, gone with Ctrl-C`);
    process.stdout.write(`${description(cluster, await withDemo(cluster, masterKey))}\n`);
    await told;
  } finally {
    say('stopping');
    await cluster.stop();
  }
  return 0;
}

try {
  process.exit(await main());
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
}
