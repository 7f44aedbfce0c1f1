/**
 * Binds controller methods to a topic of the log. The method gets a whole Batch and moves its checkpoint in its own transaction.
 *
 *     @BatchHandler({ group: 'rules', topic: 'engagements', maxRecords: 500 })
 *     decide(batch: Batch): Promise<void> { … }
 *
 *     @PoisonHandler({ group: 'rules', topic: 'engagements' })
 *     park({ batch, error }: Poison): Promise<void> { … }
 */
import { type ArgumentsHost, applyDecorators, Catch, type RpcExceptionFilter, UseFilters } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { type Observable, throwError } from 'rxjs';
import type { TopicName } from '#contracts/topics.js';
import type { Batch } from '#engine/log/log.js';

/** Handlers of the log are bound to this transport and no other. */
export const LOG_TRANSPORT = Symbol('log');

/** Which group reads which topic; the generation is the server's. */
export interface Consuming {
  readonly group: string;
  readonly topic: TopicName;
}

export interface BatchConsuming extends Consuming {
  /** Records of a batch at most. */
  readonly maxRecords: number;
  /** Sealed bytes of a batch at most, where its records may be large. */
  readonly maxBytes?: number;
}

/** A record that failed three times alone: set it aside durably and move the checkpoint past it. */
export interface Poison {
  readonly batch: Batch;
  readonly error: unknown;
}

/** What a decorator leaves with its handler. */
export type Binding = ({ readonly role: 'batch' } & BatchConsuming) | ({ readonly role: 'poison' } & Consuming);

/** Nest would answer every error with "Internal server error"; the runner must see whose fault it was. */
@Catch()
class AsItIs implements RpcExceptionFilter<unknown> {
  catch(exception: unknown, _host: ArgumentsHost): Observable<never> {
    return throwError(() => exception);
  }
}

function bind(binding: Binding): MethodDecorator {
  const { group, topic, role } = binding;
  return applyDecorators(
    EventPattern<string>(`${group}/${topic}/${role}`, LOG_TRANSPORT, { binding }),
    UseFilters(new AsItIs()),
  );
}

/** The method gets each batch of the topic: `(batch: Batch) => Promise<void>`. One method a group and topic. */
export function BatchHandler(consuming: BatchConsuming): MethodDecorator {
  return bind({ role: 'batch', ...consuming });
}

/** The method gets records that nothing else can be done with: `(poison: Poison) => Promise<void>`. Without one they stop the partition. */
export function PoisonHandler(consuming: Consuming): MethodDecorator {
  return bind({ role: 'poison', ...consuming });
}
