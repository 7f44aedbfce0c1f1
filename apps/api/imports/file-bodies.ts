/** Bodies that are files: handed over as they come, never held whole. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

/** The one type that is taken so: a browser or a proxy never makes it of something else. */
export const FILE_TYPE = 'application/octet-stream';

@Injectable()
export class FileBodies implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    server.addContentTypeParser(FILE_TYPE, (_request, payload, done) => done(null, payload));
  }
}
