/** A taken port is said before anything is set up, with the cure. */
import { createServer } from 'node:net';
import { ConfigurationError } from '../configuration/setting.js';

/** Rejects with ConfigurationError when nothing can listen there. Port 0 is any free one. */
export async function assertPortIsFree(host: string, port: number): Promise<void> {
  if (port === 0) return;
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new ConfigurationError(why(error, host, port))));
    server.listen(port, host, () => server.close(() => resolve()));
  });
}

function why({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE')
    return `Port ${port} on ${host} is taken by another program. Choose another: npm start -- --port ${port + 1} (or set PORT).`;
  if (code === 'EACCES')
    return `Port ${port} may not be used by this user. Choose one above 1023: npm start -- --port 8080 (or set PORT).`;
  if (code === 'EADDRNOTAVAIL')
    return `This machine has no address ${host}. Use 127.0.0.1 or 0.0.0.0 (--host or AFTERCLICK_HOST).`;
  return `Cannot listen on ${host}:${port}: ${message}`;
}
