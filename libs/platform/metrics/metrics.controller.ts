/** `/metrics` for Prometheus: open to this machine; from elsewhere it takes a key with `read:operations`. */
import { type CanActivate, Controller, type ExecutionContext, Get, Injectable, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiKeyGuard, Needs } from '../auth/api-key.guard.js';
import { ProcessMetrics } from './process-metrics.js';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

@Injectable()
export class LocalOrKeyGuard implements CanActivate {
  constructor(private readonly keys: ApiKeyGuard) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    // A proxy on this machine brings strangers along, and says so.
    const forwarded = request.headers['x-forwarded-for'] ?? request.headers['forwarded'];
    if (forwarded === undefined && LOOPBACK.has(request.socket.remoteAddress ?? '')) return true;
    return this.keys.canActivate(context);
  }
}

@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: ProcessMetrics) {}

  @Needs('read:operations')
  @UseGuards(LocalOrKeyGuard)
  @Get()
  async text(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('content-type', this.metrics.contentType).header('cache-control', 'no-store');
    return this.metrics.text();
  }
}
