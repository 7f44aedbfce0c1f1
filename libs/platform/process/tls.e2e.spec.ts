/** TLS served directly, with a certificate that is renewed while it runs. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get, Module } from '@nestjs/common';
import { pino } from 'pino';
import { readConfiguration } from '#platform/configuration/configuration.js';
import { type SelfSigned, selfSigned } from '#testing/tls/self-signed.js';
import { until } from '#testing/until.js';
import { listen } from './listen.js';
import { renewTls } from './renew-tls.js';
import { Undo } from './undo.js';

@Controller()
class Hello {
  @Get('hello')
  hello(): string {
    return 'hello';
  }
}
@Module({})
class HelloModule {}

const HOST = 'hooks.example.com';
const logger = pino({ level: 'silent' });

function asked(url: string, { certPem }: SelfSigned): Promise<string> {
  return new Promise((resolve, reject) => {
    get(`${url}/hello`, { ca: certPem, servername: HOST, agent: false }, (response) => {
      response.setEncoding('utf8').on('data', resolve);
    }).on('error', reject);
  });
}

it('is served with the certificate given, no older than TLS 1.2, and with a new one once it is there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tls-'));
  const [AFTERCLICK_TLS_CERT, AFTERCLICK_TLS_KEY] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const put = ({ certPem, keyPem }: SelfSigned): void => {
    writeFileSync(AFTERCLICK_TLS_KEY, keyPem);
    writeFileSync(AFTERCLICK_TLS_CERT, certPem);
  };
  const [first, second] = [selfSigned(HOST), selfSigned(HOST)];
  put(first);
  const configuration = readConfiguration({ PORT: '0', AFTERCLICK_TLS_CERT, AFTERCLICK_TLS_KEY });
  const undo = new Undo();
  const module = { module: HelloModule, controllers: [Hello] };
  const url = await listen({ module, consumers: null }, configuration, logger, undo);
  expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  expect(await asked(url, first)).toBe('hello');
  await expect(asked(url, second)).rejects.toThrow();
  await expect(fetch(url.replace('https', 'http'))).rejects.toThrow();
  await undo.run();
});

it('looks for a renewed certificate, and keeps the last one while the new one is no good', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tls-'));
  const files = { tlsCert: join(folder, 'cert.pem'), tlsKey: join(folder, 'key.pem') };
  const [first, second] = [selfSigned(HOST), selfSigned(HOST)];
  const put = (certPem: string, keyPem: string): void => {
    writeFileSync(files.tlsKey, keyPem);
    writeFileSync(files.tlsCert, certPem);
  };
  put(first.certPem, first.keyPem);
  const { createServer } = await import('node:https');
  const server = createServer({ cert: first.certPem, key: first.keyPem }, (_, response) => response.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as { port: number }).port}`;
  const told: string[] = [];
  const telling = pino({}, { write: (line: string) => void told.push(line) });
  const end = renewTls(server, files, telling, 10);
  put(first.certPem, second.keyPem);
  await until(() => told.some((line) => line.includes('cannot be used')));
  expect(await asked(url, first)).toBe('hello');
  put(second.certPem, second.keyPem);
  await until(() => told.some((line) => line.includes('renewed')));
  expect(await asked(url, second)).toBe('hello');
  end();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
