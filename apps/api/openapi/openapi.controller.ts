/** `/openapi.json`, made from the schemas that check requests and describe answers. */
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { ApiExcludeController, DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { IDEMPOTENCY_HEADER } from '../commands/idempotency-key.js';
import { PROBLEM_SCHEMA } from './problem-schema.js';

@ApiExcludeController()
@Controller()
export class OpenApiController {
  #document: OpenAPIObject | undefined;

  constructor(
    private readonly modules: ModulesContainer,
    private readonly config: ApplicationConfig,
    private readonly host: HttpAdapterHost,
  ) {}

  @Get('openapi.json')
  document(): OpenAPIObject {
    this.#document ??= repeatable(
      SwaggerModule.createDocument(this.#application(), describe(), {
        operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '').toLowerCase()}.${method}`,
      }),
    );
    return this.#document;
  }

  /** The three things that Swagger reads of an application: a module inside one is never handed the application itself. */
  #application(): INestApplication {
    const container = { getModules: () => this.modules, isGlobalModule: () => false };
    const seen = { container, config: this.config, getHttpAdapter: () => this.host.httpAdapter };
    return seen as unknown as INestApplication;
  }
}

/** Every write takes the header: see idempotency/. */
function repeatable(document: OpenAPIObject): OpenAPIObject {
  for (const [path, item] of Object.entries(document.paths)) {
    if (!path.startsWith('/v1/')) continue;
    for (const operation of [item.post, item.put, item.patch, item.delete]) {
      if (operation === undefined) continue;
      operation.parameters = [...(operation.parameters ?? []), IDEMPOTENCY_HEADER];
      operation.responses['422'] ??= {
        ...PROBLEM,
        description: 'The Idempotency-Key came with another request before.',
      };
    }
  }
  return document;
}

const PROBLEM = { content: { 'application/problem+json': { schema: PROBLEM_SCHEMA } } };

function describe(): Omit<OpenAPIObject, 'paths'> {
  return new DocumentBuilder()
    .setTitle('Afterclick')
    .setDescription(
      'Contacts, what happened to them, and what follows. Lists are walked by `cursor`; errors are RFC 9457 problem details; ' +
        'a command may carry an `Idempotency-Key` and is answered 200 once its outcome shows, else 202 with the address of its status.',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key: `ack_…`.' })
    .build();
}
