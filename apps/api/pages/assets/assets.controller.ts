/** `/pages/assets`: open to anyone, kept by browsers for good under the address with its version. */
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Problem } from '#platform/http/problem.js';
import { MARK, SCRIPT, STYLE } from './assets.js';

const ASSETS = { 'style.css': STYLE, 'page.js': SCRIPT, 'mark.svg': MARK } as const;

@ApiExcludeController()
@Controller('pages/assets')
export class AssetsController {
  @Get(':name')
  one(
    @Param('name') name: string,
    @Query('v') version: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string {
    if (!Object.hasOwn(ASSETS, name)) throw new Problem(404, 'Not found', 'There is no such file.');
    const { type, content } = ASSETS[name as keyof typeof ASSETS];
    void reply
      .header('content-type', type)
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', version === undefined ? 'no-cache' : 'public, max-age=31536000, immutable');
    return content;
  }
}
