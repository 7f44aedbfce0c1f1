/** Headers of every page: nothing is loaded from elsewhere, nothing inline runs, nothing is kept by caches. */
import { applyDecorators, Header } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  vary: 'cookie, x-fragment',
};

/** A handler that answers HTML. */
export function HtmlPage() {
  return applyDecorators(...Object.entries(PAGE_HEADERS).map(([name, value]) => Header(name, value)));
}

/** After a form: the page to look at next, fetched anew. */
export function seeOther(reply: FastifyReply, to: string): void {
  void reply.code(303).header('location', to).header('cache-control', 'no-store');
}

/** A path of this server and nothing else: `//elsewhere` and `https:` are not. */
export function ownPath(to: unknown): string {
  return typeof to === 'string' && /^\/(?![/\\])[^\s\\]*$/.test(to) ? to : '/';
}
