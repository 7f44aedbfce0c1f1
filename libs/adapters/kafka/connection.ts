/** How every kafkajs client of this process is made: brokers, TLS, SASL, timeouts, log. */
import { type ISocketFactory, Kafka, type KafkaConfig, type LogEntry, logLevel, type SASLOptions } from 'kafkajs';
import { cureIdleTimer } from './idle-timer.js';

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
}

/** A client of its own: consumers of one kafkajs client share state by group, which they must not. */
export function createClient(connection: KafkaConnection, logger: KafkaLogger, patience: Patience = {}): Kafka {
  cureIdleTimer();
  const { brokers, clientId = 'afterclick', tls = null, sasl = null, socketFactory } = connection;
  const config: KafkaConfig = {
    clientId,
    brokers: [...brokers],
    connectionTimeout: 3_000,
    requestTimeout: patience.requestMs ?? 10_000,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, multiplier: 2, factor: 0.2, retries: patience.retries ?? 3 },
    logLevel: logLevel.ERROR,
    logCreator: () => (entry) => tell(logger, entry),
  };
  if (tls !== null) config.ssl = tls.ca === undefined ? true : { ca: [tls.ca] };
  if (sasl !== null) config.sasl = sasl as SASLOptions;
  if (socketFactory) config.socketFactory = socketFactory;
  return new Kafka(config);
}

/** kafkajs calls error what it tries again: nothing is lost by it, and what stays wrong is told by us as a trouble or a refusal. */
function tell(logger: KafkaLogger, { namespace, log }: LogEntry): void {
  const { broker, groupId, topic } = log;
  const about = [broker, groupId, topic].filter((one) => typeof one === 'string').join(' ');
  logger.warn(`kafkajs ${namespace}: ${log.message}${about === '' ? '' : ` (${about})`}`);
}
