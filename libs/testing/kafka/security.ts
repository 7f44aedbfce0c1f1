/** TLS and SASL of a test cluster: a throw-away certificate by keytool, users for PLAIN and SCRAM. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const TEST_USER = { username: 'afterclick', password: 'only-for-tests' } as const;
const STORE_PASSWORD = 'only-for-tests';

/** Makes a self-signed certificate for localhost and 127.0.0.1; returns the keystore's path and the certificate as PEM. */
export async function createCertificate(folder: string): Promise<{ keystore: string; pem: string }> {
  const keystore = join(folder, 'broker.p12');
  const certificate = join(folder, 'broker.pem');
  const store = ['-keystore', keystore, '-storepass', STORE_PASSWORD, '-storetype', 'PKCS12', '-alias', 'broker'];
  const run = promisify(execFile);
  await run('keytool', [
    ...['-genkeypair', ...store, '-keyalg', 'RSA', '-keysize', '2048', '-validity', '2'],
    ...['-dname', 'CN=localhost', '-ext', 'SAN=dns:localhost,ip:127.0.0.1'],
  ]);
  await run('keytool', ['-exportcert', '-rfc', ...store, '-file', certificate]);
  return { keystore, pem: await readFile(certificate, 'utf8') };
}

/** Broker settings for one more listener, SECURE, over TLS with SASL PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512. */
export function secureSettings(keystore: string): Record<string, string> {
  const { username, password } = TEST_USER;
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  return {
    'ssl.keystore.location': keystore,
    'ssl.keystore.password': STORE_PASSWORD,
    'ssl.keystore.type': 'PKCS12',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.secure.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required user_${username}="${password}";`,
    'listener.name.secure.scram-sha-256.sasl.jaas.config': scram,
    'listener.name.secure.scram-sha-512.sasl.jaas.config': scram,
  };
}

/** Arguments of the format command that create the SCRAM user before the first start. */
export function scramArguments(): string[] {
  const { username, password } = TEST_USER;
  return ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=${username},password=${password}]`,
  ]);
}
