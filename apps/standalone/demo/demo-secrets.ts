/** What the demo's senders sign with, and keys kept for the person who started it: files of mode 0600 in the data folder. */
import { generateKeyPairSync } from 'node:crypto';
import type { Uuid } from '#contracts/ids.js';
import { readSecret, writeSecret } from '#platform/runtime/instance-file.js';

export interface DemoSecrets {
  /** The workspace that has the demo in it. */
  readonly workspaceId: Uuid;
  /** Path of the SendGrid source and the private half of its key: the demo plays the provider. */
  readonly sendgrid: { readonly path: string; readonly privateKeyPem: string };
  readonly hmac: { readonly path: string; readonly secret: string };
}

const FILE = 'demo.json';

/** Null where no demo was set up on this data folder. */
export function readDemoSecrets(dataDir: string): DemoSecrets | null {
  const kept = readSecret(dataDir, FILE);
  return kept === null ? null : (JSON.parse(kept) as DemoSecrets);
}

export function writeDemoSecrets(dataDir: string, secrets: DemoSecrets): void {
  writeSecret(dataDir, FILE, JSON.stringify(secrets));
}

/** A key pair as SendGrid makes one for a signed Event Webhook: P-256; the public half as base64 SPKI DER. */
export function createSendGridKeys(): { readonly publicKey: string; readonly privateKeyPem: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
