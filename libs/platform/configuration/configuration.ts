/** Every setting of every process, in one table; docs/configuration.md is generated from it. */

import { isWorkspaceName, WORKSPACE_NAME_RULE } from '#contracts/workspace-name.js';
import { AddressList } from '#engine/ingest/address-list.js';
import {
  ConfigurationError,
  choice,
  flag,
  integer,
  list,
  optional,
  readSetting,
  type Setting,
  text,
} from './setting.js';

function postgresUrl(value: string): void {
  if (!/^postgres(ql)?:\/\//.test(value)) throw new Error('expected postgres://USER:PASSWORD@HOST:PORT/DATABASE');
}

function workspaceName(value: string): void {
  if (!isWorkspaceName(value)) throw new Error(`"${value}" is not ${WORKSPACE_NAME_RULE}`);
}

function httpUrl(value: string): void {
  const { protocol } = URL.parse(value) ?? { protocol: null };
  if (protocol !== 'http:' && protocol !== 'https:') throw new Error('expected http://HOST:PORT or https://HOST');
}

export const SETTINGS = {
  port: integer('PORT', 'port of the HTTP server', 8080, { min: 0, max: 65535 }),
  host: text('AFTERCLICK_HOST', 'address to listen on; loopback unless told otherwise', '127.0.0.1'),
  publicUrl: optional(
    'AFTERCLICK_PUBLIC_URL',
    'address under which providers reach ingest, e.g. https://hooks.example.com',
    httpUrl,
  ),
  tlsCert: optional(
    'AFTERCLICK_TLS_CERT',
    'file with the certificate and its chain (PEM): TLS is then served directly; read anew when it changes',
  ),
  tlsKey: optional('AFTERCLICK_TLS_KEY', 'file with the key of that certificate (PEM)'),
  trustedProxies: list(
    'AFTERCLICK_TRUSTED_PROXIES',
    'addresses and ranges of proxies in front, comma separated: they end TLS, and their X-Forwarded-For is believed',
    (entries) => void new AddressList(entries),
  ),
  allowPlainHttp: flag(
    'AFTERCLICK_ALLOW_PLAIN_HTTP',
    'plain HTTP is served to other machines too: only where the network in between is yours alone',
    false,
  ),
  dataDir: text('AFTERCLICK_DATA', 'folder of the embedded Postgres, the master key and copies kept on disk', './data'),
  databaseUrl: optional(
    'DATABASE_URL',
    'a Postgres of your own, 15 or newer; an embedded one when not set',
    postgresUrl,
  ),
  kafkaBrokers: list(
    'AFTERCLICK_KAFKA_BROKERS',
    'Kafka brokers HOST:PORT, comma separated; the Postgres log when not set',
  ),
  kafkaReplication: integer(
    'AFTERCLICK_KAFKA_REPLICATION',
    'copies of each record in the topics made on Kafka; 1 only where losing a disk may lose events (development)',
    3,
    { min: 1, max: 7 },
  ),
  kafkaTls: flag('AFTERCLICK_KAFKA_TLS', 'connections to Kafka are encrypted', false),
  kafkaCa: optional(
    'AFTERCLICK_KAFKA_CA',
    "file with the certificate (PEM) that Kafka's are signed by; the system's own when not set",
  ),
  kafkaSaslMechanism: choice('AFTERCLICK_KAFKA_SASL_MECHANISM', 'how Kafka knows who connects', 'none', [
    'none',
    'plain',
    'scram-sha-256',
    'scram-sha-512',
  ] as const),
  kafkaUsername: optional('AFTERCLICK_KAFKA_SASL_USERNAME', 'user at Kafka, with a SASL mechanism'),
  kafkaPassword: optional('AFTERCLICK_KAFKA_SASL_PASSWORD', 'password of that user'),
  masterKey: optional(
    'AFTERCLICK_MASTER_KEY',
    'key that wraps all other keys: 32 bytes in base64 or hex; a 0600 file in the data folder when not set',
  ),
  partitions: integer(
    'AFTERCLICK_PARTITIONS',
    'partitions of engagements when its topic is first created; fixed from then on',
    8,
    { min: 1, max: 1024 },
  ),
  maxBodyBytes: integer('AFTERCLICK_MAX_BODY_BYTES', 'largest accepted webhook body, in bytes', 32 * 1024 * 1024, {
    min: 1024,
    max: 64 * 1024 * 1024,
  }),
  roomBytes: integer(
    'AFTERCLICK_ROOM_BYTES',
    'bytes of webhook requests under way at once; above it senders are told to come again',
    64 * 1024 * 1024,
    { min: 1024 * 1024, max: 4 * 1024 * 1024 * 1024 },
  ),
  rawDays: integer(
    'AFTERCLICK_RAW_DAYS',
    'days for which requests, quarantine and files of imports are kept as they came, for why and for reading them again',
    14,
    { min: 1, max: 400 },
  ),
  changesDays: integer(
    'AFTERCLICK_CHANGES_DAYS',
    'days for which the changes feed is kept at least; an older cursor is answered 410',
    30,
    { min: 1, max: 400 },
  ),
  quarantineAlert: integer(
    'AFTERCLICK_QUARANTINE_ALERT',
    'parts waiting in quarantine from which on readiness says so',
    100,
    { min: 1, max: 1_000_000 },
  ),
  holdAfter: integer(
    'AFTERCLICK_HOLD_AFTER',
    'inputs of a workspace that could not be decided within an hour, from which on its further ones are parked undecided',
    50,
    { min: 1, max: 1_000_000 },
  ),
  confirmAbove: integer(
    'AFTERCLICK_CONFIRM_ABOVE',
    'contacts on whom a rule may act within a day, while they are over a tenth of all; above it publishing has to be confirmed',
    1000,
    { min: 1, max: 1_000_000_000 },
  ),
  batchRecords: integer(
    'AFTERCLICK_BATCH_RECORDS',
    'no consumer handles more records than this in one transaction; some take fewer by themselves',
    2000,
    { min: 1, max: 2000 },
  ),
  logLevel: choice('AFTERCLICK_LOG_LEVEL', 'least level that is logged', 'info', [
    'debug',
    'info',
    'warn',
    'error',
  ] as const),
  allowPrivateWebhooks: flag(
    'AFTERCLICK_ALLOW_PRIVATE_WEBHOOKS',
    'outgoing webhooks may go to private and loopback addresses',
    false,
  ),
  workspace: text('AFTERCLICK_WORKSPACE', 'name of the workspace to start with and to work on', 'demo', workspaceName),
  apiUrl: optional(
    'AFTERCLICK_URL',
    'address of an instance elsewhere that the command line uses, e.g. https://crm.example.com',
    httpUrl,
  ),
  apiKey: optional(
    'AFTERCLICK_API_KEY',
    'API key that the command line uses; the one kept in the data folder when not set',
  ),
} as const;

export type Configuration = {
  readonly [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K] extends Setting<infer T> ? T : never;
};

/**
 * Reads all settings from an environment; overrides (command-line options) win.
 * Throws one ConfigurationError that names every wrong setting, its value's problem and what it is for.
 */
export function readConfiguration(
  environment: Readonly<Record<string, string | undefined>>,
  overrides: Partial<Configuration> = {},
): Configuration {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [key, setting] of Object.entries(SETTINGS)) {
    try {
      values[key] = readSetting(setting as Setting<unknown>, environment);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems.join('\n'));
  const chosen = Object.entries(overrides).filter(([, value]) => value !== undefined);
  return { ...values, ...Object.fromEntries(chosen) } as Configuration;
}
