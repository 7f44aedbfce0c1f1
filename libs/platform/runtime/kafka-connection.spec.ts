import { readConfiguration } from '../configuration/configuration.js';
import { kafkaConnection } from './kafka-connection.js';

const connection = (environment: Record<string, string>) =>
  kafkaConnection(readConfiguration({ AFTERCLICK_KAFKA_BROKERS: 'a:9092', ...environment }));

it('speaks in clear unless told otherwise', () => {
  expect(connection({})).toEqual({ brokers: ['a:9092'], tls: null, sasl: null });
});

it('takes TLS and SASL from the settings', () => {
  const sasl = { AFTERCLICK_KAFKA_SASL_USERNAME: 'u', AFTERCLICK_KAFKA_SASL_PASSWORD: 'p' };
  expect(
    connection({ AFTERCLICK_KAFKA_TLS: 'true', AFTERCLICK_KAFKA_SASL_MECHANISM: 'scram-sha-512', ...sasl }),
  ).toEqual({
    brokers: ['a:9092'],
    tls: {},
    sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'p' },
  });
});

it('refuses what contradicts itself, by name', () => {
  expect(() => connection({ AFTERCLICK_KAFKA_CA: '/none.pem' })).toThrow(
    /^AFTERCLICK_KAFKA_CA: .*AFTERCLICK_KAFKA_TLS is off/,
  );
  expect(() => connection({ AFTERCLICK_KAFKA_CA: '/none.pem', AFTERCLICK_KAFKA_TLS: '1' })).toThrow(/cannot be read/);
  expect(() => connection({ AFTERCLICK_KAFKA_SASL_PASSWORD: 'p' })).toThrow(/^AFTERCLICK_KAFKA_SASL_MECHANISM: /);
  expect(() => connection({ AFTERCLICK_KAFKA_SASL_MECHANISM: 'plain' })).toThrow(/both are needed with plain/);
});
