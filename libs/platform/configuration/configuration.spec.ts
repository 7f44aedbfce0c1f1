import { readConfiguration } from './configuration.js';
import { ConfigurationError } from './setting.js';

describe('configuration', () => {
  it('has a default for everything', () => {
    const configuration = readConfiguration({});
    expect(configuration).toMatchObject({ port: 8080, host: '127.0.0.1', databaseUrl: null, kafkaBrokers: [] });
  });

  it('reads what is set, and options win over the environment', () => {
    const environment = { PORT: '9000', AFTERCLICK_KAFKA_BROKERS: 'a:9092, b:9092' };
    expect(readConfiguration(environment).kafkaBrokers).toEqual(['a:9092', 'b:9092']);
    expect(readConfiguration(environment, { port: 9001 }).port).toBe(9001);
  });

  it('refuses every wrong value at once, by name and with the reason', () => {
    const read = () => readConfiguration({ PORT: '99999', DATABASE_URL: 'mysql://x', AFTERCLICK_LOG_LEVEL: 'loud' });
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(/PORT: "99999" is not a whole number from 0 to 65535/);
    expect(read).toThrow(/DATABASE_URL: expected postgres:/);
    expect(read).toThrow(/AFTERCLICK_LOG_LEVEL: "loud" is none of debug, info, warn, error/);
  });
});
