/** Times every request of the server, by route and not by address: a label per id would never end. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { ProcessMetrics } from './process-metrics.js';

@Injectable()
export class RequestDurations implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly metrics: ProcessMetrics,
  ) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    server.addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'none';
      const labels = { method: request.method, route, status: String(reply.statusCode) };
      this.metrics.durations.observe(labels, reply.elapsedTime / 1000);
      done();
    });
  }
}
