/** How the HTTP server of a process may be reached: by TLS of its own, behind a proxy that it trusts, or from this machine only. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import { AddressList } from '#engine/ingest/address-list.js';
import type { Configuration } from '../configuration/configuration.js';
import { ConfigurationError } from '../configuration/setting.js';

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

type Reachable = Pick<Configuration, 'host' | 'tlsCert' | 'tlsKey' | 'trustedProxies' | 'allowPlainHttp'>;

const LOOPBACK = new AddressList(['127.0.0.0/8', '::1']);

export function isLoopback(address: string): boolean {
  return address === 'localhost' || LOOPBACK.has(address);
}

/** Certificate and key, read from their files; null where none are set. Throws ConfigurationError when they cannot be used. */
export function tlsFiles({ tlsCert, tlsKey }: Pick<Reachable, 'tlsCert' | 'tlsKey'>): TlsFiles | null {
  if (tlsCert === null && tlsKey === null) return null;
  if (tlsCert === null || tlsKey === null)
    throw new ConfigurationError('AFTERCLICK_TLS_CERT and AFTERCLICK_TLS_KEY belong together: set both or neither.');
  const files = { cert: fileText('AFTERCLICK_TLS_CERT', tlsCert), key: fileText('AFTERCLICK_TLS_KEY', tlsKey) };
  try {
    createSecureContext(files);
  } catch (error) {
    throw new ConfigurationError(
      `AFTERCLICK_TLS_CERT, AFTERCLICK_TLS_KEY: these are no certificate and its key in PEM (${(error as Error).message})`,
    );
  }
  return files;
}

function fileText(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError(`${name}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** Throws ConfigurationError when signatures, keys and personal data would go over the network in clear. */
export function assertMayListen(settings: Reachable): void {
  if (isLoopback(settings.host) || settings.allowPlainHttp) return;
  if (settings.trustedProxies.length > 0 || tlsFiles(settings) !== null) return;
  throw new ConfigurationError(
    [
      `Plain HTTP on ${settings.host} would carry keys and personal data in clear, so it is refused. Choose one:`,
      '  - AFTERCLICK_TLS_CERT and AFTERCLICK_TLS_KEY: a certificate, and TLS is served directly;',
      '  - AFTERCLICK_TRUSTED_PROXIES: addresses of the proxy in front that ends TLS, e.g. 10.0.0.0/8;',
      '  - AFTERCLICK_HOST=127.0.0.1: from this machine only;',
      '  - AFTERCLICK_ALLOW_PLAIN_HTTP=true: the network in between is yours alone.',
    ].join('\n'),
  );
}

/** True for the address of a proxy whose X-Forwarded-For is believed. */
export function trustedProxies({ trustedProxies }: Pick<Reachable, 'trustedProxies'>): (address: string) => boolean {
  const list = new AddressList(trustedProxies);
  return (address) => list.has(address);
}

/** For a URL: IPv6 in brackets. */
export const hostInUrl = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host);
