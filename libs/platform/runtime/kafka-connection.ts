/** The way to the Kafka cluster, from the settings. */
import { readFileSync } from 'node:fs';
import type { KafkaConnection } from '#adapters/kafka/connection.js';
import { type Configuration, SETTINGS } from '../configuration/configuration.js';
import { ConfigurationError } from '../configuration/setting.js';

type KafkaSettings = Pick<
  Configuration,
  'kafkaBrokers' | 'kafkaTls' | 'kafkaCa' | 'kafkaSaslMechanism' | 'kafkaUsername' | 'kafkaPassword'
>;

/** Throws ConfigurationError when settings contradict each other or the certificate cannot be read. */
export function kafkaConnection(settings: KafkaSettings): KafkaConnection {
  return { brokers: settings.kafkaBrokers, tls: tlsOf(settings), sasl: saslOf(settings) };
}

function tlsOf({ kafkaTls, kafkaCa }: KafkaSettings): Required<KafkaConnection>['tls'] {
  if (!kafkaTls && kafkaCa === null) return null;
  if (!kafkaTls) {
    throw new ConfigurationError(
      `${SETTINGS.kafkaCa.name}: a certificate is set and ${SETTINGS.kafkaTls.name} is off: set it to true`,
    );
  }
  if (kafkaCa === null) return {};
  try {
    return { ca: readFileSync(kafkaCa, 'utf8') };
  } catch (error) {
    const { message } = error as Error;
    throw new ConfigurationError(`${SETTINGS.kafkaCa.name}: the file cannot be read (${message})`, { cause: error });
  }
}

function saslOf({
  kafkaSaslMechanism,
  kafkaUsername,
  kafkaPassword,
}: KafkaSettings): Required<KafkaConnection>['sasl'] {
  if (kafkaSaslMechanism === 'none') {
    if (kafkaUsername === null && kafkaPassword === null) return null;
    throw new ConfigurationError(
      `${SETTINGS.kafkaSaslMechanism.name}: a user or password is set and no mechanism: set plain, scram-sha-256 or scram-sha-512`,
    );
  }
  if (kafkaUsername === null || kafkaPassword === null) {
    throw new ConfigurationError(
      `${SETTINGS.kafkaUsername.name} and ${SETTINGS.kafkaPassword.name}: both are needed with ${kafkaSaslMechanism}`,
    );
  }
  return { mechanism: kafkaSaslMechanism, username: kafkaUsername, password: kafkaPassword };
}
