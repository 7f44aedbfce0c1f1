/** `/sign-in` and `/sign-out`: an API key becomes a session of this browser. */
import { Body, Controller, Get, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Problem } from '#platform/http/problem.js';
import { type Html, html } from '../html.js';
import { AnyScope, PageGuard } from '../page.guard.js';
import { barePage } from '../parts/layout.js';
import { HtmlPage, ownPath, seeOther } from '../respond.js';
import { Sessions } from '../session.js';

const query = z.object({ key: z.string().optional(), to: z.string().optional() });
const form = z.object({ key: z.string().max(200), name: z.string().max(200).default(''), to: z.string().optional() });

@ApiExcludeController()
@Controller()
export class SignInController {
  constructor(private readonly sessions: Sessions) {}

  @HtmlPage()
  @Get('sign-in')
  async show(
    @Query({ schema: query }) { key, to }: z.output<typeof query>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    if (key === undefined) return signIn(ownPath(to), null).text;
    return this.#open({ key, name: '', to }, request, reply);
  }

  @HtmlPage()
  @Post('sign-in')
  async enter(
    @Body({ schema: form }) asked: z.output<typeof form>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    // There is no session to hold a token yet; a page elsewhere must still not sign anybody in here.
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin')
      throw new Problem(403, 'Not allowed', 'This form was sent from another site.');
    return this.#open(asked, request, reply);
  }

  @UseGuards(PageGuard)
  @AnyScope()
  @Post('sign-out')
  leave(@Res({ passthrough: true }) reply: FastifyReply): void {
    void reply.header('set-cookie', this.sessions.close());
    seeOther(reply, '/sign-in');
  }

  async #open(asked: z.output<typeof form>, request: FastifyRequest, reply: FastifyReply): Promise<string> {
    const name = asked.name.trim() === '' ? null : asked.name.trim();
    const cookie = await this.sessions.open(asked.key.trim(), name, request.protocol === 'https');
    if (cookie === null) {
      void reply.code(401);
      return signIn(ownPath(asked.to), 'This key is unknown, expired or revoked.').text;
    }
    void reply.header('set-cookie', cookie);
    seeOther(reply, ownPath(asked.to));
    return '';
  }
}

function signIn(to: string, problem: string | null): Html {
  return barePage(
    'Sign in',
    html`<section class="card"><form class="form" method="post" action="/sign-in">
  <div><h1>Sign in</h1><p class="soft">With an API key of your workspace. <code>npm start</code> prints one; <code>npx afterclick keys create</code> makes another.</p></div>
  ${problem && html`<p class="note bad" role="alert">${problem}</p>`}
  <input type="hidden" name="to" value="${to}">
  <label>API key<input name="key" type="password" required autofocus autocomplete="current-password" spellcheck="false" placeholder="ack_…"></label>
  <label>Your name<input name="name" autocomplete="name" maxlength="200" placeholder="Under which you take leads"></label>
  <button class="main">Sign in</button>
</form></section>`,
  );
}
