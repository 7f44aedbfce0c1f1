/** `/health/live` and `/health/ready`: for whoever starts, restarts and routes to this process. No key is needed. */
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Readiness } from './readiness.js';

const liveShown = z.object({ status: z.literal('live') });
const readyShown = z
  .object({
    status: z.enum(['ready', 'not ready']),
    checks: z.array(z.object({ part: z.string(), ok: z.boolean(), reasons: z.array(z.string()) })),
  })
  .meta({ id: 'Readiness' });

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(@Inject(Readiness) private readonly readiness: Readiness) {}

  @ApiOperation({ summary: 'The process runs' })
  @ApiResponse({ status: 200, description: 'It runs.', standardSchema: liveShown })
  @Get('live')
  live() {
    return { status: 'live' as const };
  }

  @ApiOperation({ summary: 'The process can do its work, or why not' })
  @ApiResponse({ status: 200, description: 'Ready.', standardSchema: readyShown })
  @ApiResponse({ status: 503, description: 'Not ready, with the reasons.', standardSchema: readyShown })
  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const checks = await this.readiness.checks();
    const ready = checks.every(({ ok }) => ok);
    void reply.code(ready ? 200 : 503).header('cache-control', 'no-store');
    return { status: ready ? ('ready' as const) : ('not ready' as const), checks };
  }
}
