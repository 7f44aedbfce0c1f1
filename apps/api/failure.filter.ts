/** Errors: pages for people with a browser, RFC 9457 problem details for everybody else. */
import { type ArgumentsHost, Catch, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { ProblemFilter, problemOf } from '#platform/http/problem.js';
import { LOGGER } from './dependencies.js';
import { html } from './pages/html.js';
import { SignInNeeded } from './pages/page.guard.js';
import { barePage } from './pages/parts/layout.js';
import { PAGE_HEADERS, seeOther } from './pages/respond.js';

const FOR_PROGRAMS = /^\/(v1|ingest|health|metrics|openapi\.json)(\/|\?|$)/;

@Catch()
export class FailureFilter extends ProblemFilter {
  constructor(@Inject(LOGGER) private readonly log: Logger) {
    super(log);
  }

  override catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const browsing = !FOR_PROGRAMS.test(request.url) && request.headers.accept?.includes('text/html') === true;
    if (error instanceof SignInNeeded) signIn(error, request, reply);
    else if (browsing && !reply.sent) this.#show(error, request, reply);
    else super.catch(error, host);
  }

  #show(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { status, title, detail, errors } = problemOf(error);
    if (status >= 500)
      this.log.error({ err: error, method: request.method, route: request.routeOptions?.url }, 'a page failed');
    const body = html`<section class="card stack"><div><h1>${title}</h1><p class="soft">${detail}</p></div>
${errors && errors.length > 1 && html`<ul class="stack">${errors.map(({ field, problem }) => html`<li class="soft"><b>${field}</b>: ${problem}</li>`)}</ul>`}
<p class="inline"><a class="button" href="/">To the start</a><a class="link" href="/sign-in">Sign in with another key</a></p></section>`;
    void reply.code(status).headers(PAGE_HEADERS).send(barePage(title, body).text);
  }
}

function signIn({ to }: SignInNeeded, request: FastifyRequest, reply: FastifyReply): void {
  // A script that refreshes a part of a page is told; it then loads the page, which leads a person to sign in.
  if (request.headers['x-fragment'] !== undefined) {
    void reply.code(401).send();
    return;
  }
  seeOther(reply, `/sign-in${to === '/' ? '' : `?to=${encodeURIComponent(to)}`}`);
  void reply.send();
}
