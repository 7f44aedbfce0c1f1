/** The address under which this server is reached. */
import type { FastifyRequest } from 'fastify';
import type { Configuration } from '#platform/configuration/configuration.js';

/** AFTERCLICK_PUBLIC_URL where it is set, else what the request itself was sent to; no slash at the end. */
export function publicUrl({ publicUrl }: Pick<Configuration, 'publicUrl'>, request: FastifyRequest): string {
  return (publicUrl ?? `${request.protocol}://${request.host}`).replace(/\/+$/, '');
}
