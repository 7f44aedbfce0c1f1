/** A real Kafka cluster in KRaft mode on free loopback ports: one process a broker, each also a controller. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { kafkaLibrary } from './artifacts.js';
import { createCertificate, scramArguments, secureSettings } from './security.js';
import { startWatchdog } from './watchdog.js';

export interface KafkaNode {
  readonly id: number;
  readonly address: string;
  /** TLS + SASL listener, on secure clusters. */
  readonly secureAddress: string | null;
  pid(): number | undefined;
  signal(signal: NodeJS.Signals): void;
  /** Starts it again after it was killed; resolves when it accepts connections. */
  restart(): Promise<void>;
  /** Lets this process end although the broker runs on. */
  unref(): void;
}

export interface KafkaCluster {
  readonly brokers: readonly string[];
  readonly secureBrokers: readonly string[];
  /** PEM of the brokers' certificate, on secure clusters. */
  readonly certificate: string | null;
  readonly nodes: readonly KafkaNode[];
  /** Data, settings and logs. */
  readonly folder: string;
  stop(): Promise<void>;
}

interface Ports {
  readonly plain: number;
  readonly controller: number;
  readonly secure: number;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function settingsOf(id: number, ports: readonly Ports[], folder: string, keystore: string | null): string {
  const mine = ports[id - 1] as Ports;
  const replicas = String(Math.min(3, ports.length));
  const secure = keystore === null ? '' : `,SECURE://127.0.0.1:${mine.secure}`;
  const settings: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': String(id),
    'controller.quorum.voters': ports.map((port, index) => `${index + 1}@127.0.0.1:${port.controller}`).join(','),
    listeners: `PLAIN://127.0.0.1:${mine.plain},CONTROLLER://127.0.0.1:${mine.controller}${secure}`,
    'advertised.listeners': `PLAIN://127.0.0.1:${mine.plain}${secure}`,
    'inter.broker.listener.name': 'PLAIN',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAIN:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL',
    'log.dirs': join(folder, 'logs'),
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    // What hangs or dies is found out soon, so that tests need not wait for it.
    'group.min.session.timeout.ms': '1000',
    'broker.heartbeat.interval.ms': '500',
    'broker.session.timeout.ms': '3000',
    'replica.lag.time.max.ms': '4000',
    'auto.create.topics.enable': 'false',
    ...(keystore === null ? {} : secureSettings(keystore)),
  };
  return `${Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n`;
}

function unref(child: ChildProcess | undefined): void {
  child?.unref();
  for (const stream of [child?.stdout, child?.stderr]) if (stream instanceof Socket) stream.unref();
}

async function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/**
 * Starts `brokers` brokers (1 or 3). `secure` adds a TLS + SASL listener. Data and settings lie in a temporary folder, removed by stop().
 * Rejects with the broker's last lines when one does not come up within 60 s.
 */
export async function startKafka(options: { brokers?: number; secure?: boolean } = {}): Promise<KafkaCluster> {
  const library = await kafkaLibrary();
  const root = await mkdtemp(join(tmpdir(), 'afterclick-kafka-'));
  const count = options.brokers ?? 1;
  const ports: Ports[] = [];
  for (let index = 0; index < count; index += 1)
    ports.push({ plain: await freePort(), controller: await freePort(), secure: await freePort() });
  const certificate = options.secure ? await createCertificate(root) : null;
  // The format command takes an id that begins with a hyphen for an option.
  const clusterId = `A${randomBytes(16).toString('base64url').slice(1)}`;
  const java = (args: string[]): string[] => ['-cp', `${library}/*`, ...args];

  const watchdog = startWatchdog(root);
  const children = new Map<number, ChildProcess>();
  const start = async (id: number): Promise<void> => {
    const folder = join(root, `node-${id}`);
    const log = createWriteStream(join(folder, 'broker.log'), { flags: 'a' });
    const child = spawn('java', java(['-Xmx384m', '-Xms128m', 'kafka.Kafka', join(folder, 'server.properties')]), {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    children.set(id, child);
    if (child.pid !== undefined) watchdog.watch(child.pid);
    const deadline = Date.now() + 60_000;
    while (!(await accepts((ports[id - 1] as Ports).plain))) {
      if (child.exitCode !== null || Date.now() > deadline) {
        const lines = (await readFile(join(folder, 'broker.log'), 'utf8')).split('\n').slice(-15).join('\n');
        throw new Error(`Kafka broker ${id} did not come up:\n${lines}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  const stop = async (): Promise<void> => {
    await Promise.all(
      [...children.values()].map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGCONT');
        child.kill('SIGKILL');
        await ended;
      }),
    );
    watchdog.dismiss();
    await rm(root, { recursive: true, force: true });
  };

  try {
    for (let id = 1; id <= count; id += 1) {
      const folder = join(root, `node-${id}`);
      await promisify(execFile)('mkdir', ['-p', folder]);
      await writeFile(join(folder, 'server.properties'), settingsOf(id, ports, folder, certificate?.keystore ?? null));
      const format = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', join(folder, 'server.properties')];
      await promisify(execFile)('java', java([...format, ...(certificate ? scramArguments() : [])]));
    }
    await Promise.all(ports.map((_, index) => start(index + 1)));
  } catch (error) {
    await stop();
    throw error;
  }

  const nodes = ports.map(
    (port, index): KafkaNode => ({
      id: index + 1,
      address: `127.0.0.1:${port.plain}`,
      secureAddress: certificate ? `127.0.0.1:${port.secure}` : null,
      pid: () => children.get(index + 1)?.pid,
      signal: (signal) => void children.get(index + 1)?.kill(signal),
      restart: () => start(index + 1),
      unref: () => unref(children.get(index + 1)),
    }),
  );
  return {
    brokers: nodes.map((node) => node.address),
    secureBrokers: nodes.flatMap((node) => node.secureAddress ?? []),
    certificate: certificate?.pem ?? null,
    nodes,
    folder: root,
    stop,
  };
}
