/** Apache Kafka without containers: its jars from Maven Central, cached outside the repository (docs/adr: a real broker for tests). */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const KAFKA_VERSION = '4.3.1';
/** The broker, and the tools that are measured beside us. */
const ARTIFACTS = { broker: 'kafka_2.13', tools: 'kafka-tools' } as const;
type Part = keyof typeof ARTIFACTS;
const ATTEMPTS = 3;

// slf4j-simple must match the slf4j-api that Kafka brings, else the broker runs without a log.
const pomOf = (part: Part): string => `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>dev.afterclick</groupId><artifactId>test-broker</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>${ARTIFACTS[part]}</artifactId><version>${KAFKA_VERSION}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;

/** Why no broker can be started here; null when one can. */
export async function kafkaMissing(): Promise<string | null> {
  for (const [program, argument] of [
    ['java', '-version'],
    ['mvn', '--version'],
  ] as const) {
    try {
      await promisify(execFile)(program, [argument]);
    } catch (error) {
      if (program === 'mvn' && existsSync(libraryFolder('broker'))) continue;
      return `${program} does not run here (${(error as Error).message.split('\n')[0]})`;
    }
  }
  return null;
}

function cacheFolder(): string {
  return (
    process.env.AFTERCLICK_KAFKA_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'afterclick')
  );
}

function libraryFolder(part: Part): string {
  return join(cacheFolder(), `kafka-${part === 'broker' ? '' : `${part}-`}${KAFKA_VERSION}`);
}

/** Folder with the jars, fetched with retry when it is not cached. Rejects naming the artifact that could not be fetched. */
export async function kafkaLibrary(part: Part = 'broker'): Promise<string> {
  const folder = libraryFolder(part);
  if (existsSync(folder)) return folder;
  const work = join(cacheFolder(), `fetch-${process.pid}-${Date.now()}`);
  await mkdir(work, { recursive: true });
  await writeFile(join(work, 'pom.xml'), pomOf(part));
  try {
    await fetchWithRetry(work, part);
    await rename(join(work, 'lib'), folder).catch((error: unknown) => {
      // Another process was first: its copy is as good.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

async function fetchWithRetry(work: string, part: Part): Promise<void> {
  let why = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      await promisify(execFile)('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], {
        cwd: work,
        timeout: 300_000,
        maxBuffer: 16 * 1024 * 1024,
      });
      return;
    } catch (error) {
      const output = error as { stdout?: string; message: string };
      why = (output.stdout ?? '').split('\n').find((line) => line.includes('ERROR')) ?? output.message;
    }
  }
  throw new Error(
    `cannot fetch org.apache.kafka:${ARTIFACTS[part]}:${KAFKA_VERSION} from Maven Central after ${ATTEMPTS} attempts: ${why}`,
  );
}
