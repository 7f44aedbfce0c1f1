import { NotFoundException } from '@nestjs/common';
import { WorldError } from '#engine/log/errors.js';
import { Problem, problemOf } from './problem.js';

describe('the problem a client sees', () => {
  it('is the one that was thrown', () => {
    const errors = [{ field: 'query.limit', problem: 'Too large' }];
    expect(problemOf(new Problem(400, 'Bad request', 'query.limit: Too large', { errors }))).toEqual({
      type: 'about:blank',
      title: 'Bad request',
      status: 400,
      detail: 'query.limit: Too large',
      errors,
    });
  });

  it('is 503 while the world is away, without a word of the database', () => {
    const problem = problemOf(new WorldError('connect ECONNREFUSED 10.0.0.7:5432'));
    expect(problem).toMatchObject({ status: 503, title: 'Not available for now' });
    expect(problem.detail).not.toContain('10.0.0.7');
  });

  it('says nothing of the inside of a fault of ours', () => {
    const problem = problemOf(new Error('select * from read.contact where email = ada@example.com'));
    expect(problem).toMatchObject({ status: 500, title: 'Internal error' });
    expect(problem.detail).not.toContain('ada');
  });

  it('keeps the status of Nest and Fastify', () => {
    expect(problemOf(new NotFoundException())).toMatchObject({
      status: 404,
      detail: 'There is nothing at this address.',
    });
    const large = Object.assign(new Error('Request body is too large'), { statusCode: 413 });
    expect(problemOf(large)).toMatchObject({
      status: 413,
      title: 'Body too large',
      detail: 'Request body is too large',
    });
  });
});
