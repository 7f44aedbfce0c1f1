import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '#platform/configuration/setting.js';
import { selfSigned } from '#testing/tls/self-signed.js';
import { assertMayListen, tlsFiles } from './http-server.js';
import { httpAdapter } from './listen.js';

const FROM_OUTSIDE = {
  host: '0.0.0.0',
  tlsCert: null,
  tlsKey: null,
  trustedProxies: [],
  allowPlainHttp: false,
} as const;

function written({ certPem, keyPem } = selfSigned('hooks.example.com')): { tlsCert: string; tlsKey: string } {
  const folder = mkdtempSync(join(tmpdir(), 'tls-'));
  const files = { tlsCert: join(folder, 'cert.pem'), tlsKey: join(folder, 'key.pem') };
  writeFileSync(files.tlsCert, certPem);
  writeFileSync(files.tlsKey, keyPem);
  return files;
}

describe('listening for other machines', () => {
  it.each(['0.0.0.0', '::', '192.168.1.7', 'hooks.example.com'])(
    'in clear is refused on %s, with what to do',
    (host) => {
      expect(() => assertMayListen({ ...FROM_OUTSIDE, host })).toThrow(ConfigurationError);
      expect(() => assertMayListen({ ...FROM_OUTSIDE, host })).toThrow(
        /AFTERCLICK_TLS_CERT.*AFTERCLICK_TRUSTED_PROXIES.*AFTERCLICK_ALLOW_PLAIN_HTTP/s,
      );
    },
  );

  it.each([
    ['on loopback', { host: '127.0.0.1' }],
    ['on loopback by name', { host: 'localhost' }],
    ['on loopback of IPv6', { host: '::1' }],
    ['behind a trusted proxy', { trustedProxies: ['10.0.0.0/8'] }],
    ['when told so', { allowPlainHttp: true }],
    ['with a certificate', written()],
  ])('is allowed %s', (_, more) => {
    expect(() => assertMayListen({ ...FROM_OUTSIDE, ...more })).not.toThrow();
  });

  it('names the file that is no good', () => {
    const { tlsCert, tlsKey } = written();
    expect(() => tlsFiles({ tlsCert, tlsKey: null })).toThrow('belong together');
    expect(() => tlsFiles({ tlsCert, tlsKey: '/nowhere.pem' })).toThrow(
      'AFTERCLICK_TLS_KEY: /nowhere.pem cannot be read (ENOENT)',
    );
    expect(() => tlsFiles({ tlsCert, tlsKey: written().tlsKey })).toThrow('no certificate and its key');
    expect(tlsFiles({ tlsCert: null, tlsKey: null })).toBeNull();
    expect(tlsFiles({ tlsCert, tlsKey })?.cert).toContain('BEGIN CERTIFICATE');
  });
});

describe('a request in clear', () => {
  const answered = async (
    remoteAddress: string,
    proto?: string,
    url = '/ingest/x',
    trustedProxies = ['10.0.0.0/8'],
  ) => {
    const server = httpAdapter({ host: '0.0.0.0', trustedProxies, allowPlainHttp: false }, null).getInstance();
    server.get('/*', (_, reply) => reply.send('in'));
    const headers = proto === undefined ? {} : { 'x-forwarded-proto': proto };
    const { statusCode } = await server.inject({ url, remoteAddress, headers });
    return statusCode;
  };
  it.each([
    ['by a trusted proxy', '10.1.2.3', undefined, 200],
    ['by a trusted proxy that had it by https', '10.1.2.3', 'https', 200],
    ['by a trusted proxy that had it in clear', '10.1.2.3', 'https, http', 426],
    ['past the proxy', '203.0.113.9', undefined, 426],
    ['past the proxy, with a header that says otherwise', '203.0.113.9', 'https', 426],
    ['from this machine', '127.0.0.1', undefined, 200],
  ])('%s is answered %i', async (_, address, proto, status) => {
    expect(await answered(address, proto)).toBe(status);
  });
  it('is taken from a probe', async () => {
    expect(await answered('203.0.113.9', undefined, '/health/ready')).toBe(200);
  });
});
