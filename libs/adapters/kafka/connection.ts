/** How every kafkajs client of this process is made: brokers, TLS, SASL, timeouts, log. */
import { type ISocketFactory, Kafka, type KafkaConfig, type LogEntry, logLevel, type SASLOptions } from 'kafkajs';
import { cureKafkajs } from './cures.js';

export interface KafkaConnection {
  /** HOST:PORT. */
  readonly brokers: readonly string[];
  /** Shown in the brokers' logs and quotas; default `afterclick`. */
  readonly clientId?: string;
  /** TLS; `ca` in PEM where the system's own do not do. Null: none. */
  readonly tls?: { readonly ca?: string } | null;
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  } | null;
  /** How sockets are made; for tests that cut them. */
  readonly socketFactory?: ISocketFactory;
}

/** Where the life of the connections is told, a line for each event. */
export interface KafkaLogger {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

export interface Patience {
  /** Milliseconds until a request counts as lost; default 10,000. */
  readonly requestMs?: number;
  /** How often kafkajs itself tries again before it gives up and we decide; default 3. */
  readonly retries?: number;
  /** Told whenever kafkajs meets an error, also one that it then gets over. */
  readonly onTrouble?: () => void;
}

/** A client of its own: consumers of one kafkajs client share state by group, which they must not. */
export function createClient(connection: KafkaConnection, logger: KafkaLogger, patience: Patience = {}): Kafka {
  cureKafkajs();
  const { brokers, clientId = 'afterclick', tls = null, sasl = null, socketFactory } = connection;
  const config: KafkaConfig = {
    clientId,
    brokers: [...brokers],
    connectionTimeout: 3_000,
    requestTimeout: patience.requestMs ?? 10_000,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, multiplier: 2, factor: 0.2, retries: patience.retries ?? 3 },
    logLevel: logLevel.ERROR,
    logCreator: () => teller(logger, patience.onTrouble ?? (() => undefined)),
  };
  if (tls !== null) config.ssl = tls.ca === undefined ? true : { ca: [tls.ca] };
  if (sasl !== null) config.sasl = sasl as SASLOptions;
  if (socketFactory) config.socketFactory = socketFactory;
  return new Kafka(config);
}

const REPEAT_MS = 10_000;

/**
 * kafkajs calls error what it tries again: nothing is lost by it, and what stays wrong is told by us as a trouble or a refusal. While
 * a broker is away it says the same many times a second: once in 10 s is told.
 */
function teller(logger: KafkaLogger, onTrouble: () => void): (entry: LogEntry) => void {
  const told = new Map<string, number>();
  return ({ namespace, log }) => {
    onTrouble();
    const { broker, groupId, error } = log;
    const about = [broker, groupId].filter((one) => typeof one === 'string').join(' ');
    const why = typeof error === 'string' ? `: ${error}` : '';
    const line = `kafkajs ${namespace}: ${log.message}${why}${about === '' ? '' : ` (${about})`}`;
    const now = Date.now();
    if (now - (told.get(line) ?? 0) < REPEAT_MS) return;
    if (told.size > 100) told.clear();
    told.set(line, now);
    logger.warn(line);
  };
}
