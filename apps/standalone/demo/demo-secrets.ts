/** What the demo's senders sign with, and keys kept for the person who started it: files of mode 0600 in the data folder. */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DemoSecrets {
  /** Path of the SendGrid source and the private half of its key: the demo plays the provider. */
  readonly sendgrid: { readonly path: string; readonly privateKeyPem: string };
  readonly hmac: { readonly path: string; readonly secret: string };
}

const FILE = 'demo.json';

/** Null where no demo was set up on this data folder. */
export function readDemoSecrets(dataDir: string): DemoSecrets | null {
  const file = join(dataDir, FILE);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DemoSecrets) : null;
}

export function writeDemoSecrets(dataDir: string, secrets: DemoSecrets): void {
  writeFileSync(join(dataDir, FILE), `${JSON.stringify(secrets)}\n`, { mode: 0o600 });
}

/** A key pair as SendGrid makes one for a signed Event Webhook: P-256; the public half as base64 SPKI DER. */
export function createSendGridKeys(): { readonly publicKey: string; readonly privateKeyPem: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
