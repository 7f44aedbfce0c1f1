/** A certificate that was renewed on disk is served without a restart. */
import { statSync } from 'node:fs';
import type { Server as HttpServer } from 'node:http';
import { Server as TlsServer } from 'node:tls';
import type { Logger } from 'pino';
import type { Configuration } from '../configuration/configuration.js';
import { tlsFiles } from './http-server.js';

const LOOK_MS = 60_000;

type Files = Pick<Configuration, 'tlsCert' | 'tlsKey'>;

/** Looks each minute; files that cannot be used leave the last ones in force. Returns how to end it. */
export function renewTls(server: HttpServer, files: Files, logger: Logger, everyMs = LOOK_MS): () => void {
  let seen = stampOf(files);
  const timer = setInterval(() => {
    const stamp = stampOf(files);
    if (stamp === null || stamp === seen || !(server instanceof TlsServer)) return;
    try {
      const renewed = tlsFiles(files);
      if (renewed !== null) (server as TlsServer).setSecureContext(renewed);
      seen = stamp;
      logger.info('the certificate was renewed');
    } catch (error) {
      logger.error({ err: error }, 'the new certificate cannot be used; the last one is served on');
    }
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Null while a file is not there: it is being replaced. */
function stampOf({ tlsCert, tlsKey }: Files): string | null {
  const stats = [tlsCert, tlsKey].map((path) =>
    path === null ? undefined : statSync(path, { throwIfNoEntry: false }),
  );
  return stats.some((stat) => stat === undefined) ? null : stats.map((stat) => `${stat?.mtimeMs} ${stat?.size}`).join();
}
