/** Checks queries, parameters and bodies by the zod schema at the parameter (`@Query({ schema })`); what is wrong is named field by field. */
import { type ArgumentMetadata, Injectable, type PipeTransform, StandardSchemaValidationPipe } from '@nestjs/common';
import { type FieldProblem, Problem } from './problem.js';

type Where = 'query' | 'body' | 'path' | 'header';

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  /** Of zod: names that no schema knows. */
  readonly keys?: readonly string[];
  /** Of zod: what is wrong by each schema of a union. */
  readonly errors?: readonly (readonly Issue[])[];
}

const SEVERAL: Readonly<Record<Where, string>> = {
  query: 'The query is not as this address takes it.',
  body: 'The body is not as this address takes it.',
  path: 'The address is not as it should be.',
  header: 'The headers are not as this address takes them.',
};

/** `body` and [`contacts`, 0, `email`] → `body.contacts[0].email`. */
function fieldOf(where: Where, path: Issue['path'], last?: string): string {
  let field: string = where;
  for (const segment of [...(path ?? []), ...(last === undefined ? [] : [last])]) {
    const key = typeof segment === 'object' ? segment.key : segment;
    field += typeof key === 'number' ? `[${key}]` : `.${String(key)}`;
  }
  return field;
}

/** Of a union, the schema that fits best is the one that was meant: it knows the most of the names, then it complains the least. */
function nearestOf(errors: Issue['errors']): readonly Issue[] | undefined {
  return errors
    ?.filter((one) => one.length > 0)
    .toSorted((a, b) => unknownNames(a) - unknownNames(b) || a.length - b.length)[0];
}

function unknownNames(issues: readonly Issue[]): number {
  const own = issues.filter(({ path, message }) => (path?.length ?? 0) === 0 && message.startsWith('Unrecognized'));
  return own.reduce((sum, { keys }) => sum + (keys?.length ?? 0), 0);
}

/** An unknown name is a problem of its own field, so that a misspelt parameter is refused by its name. */
function problemsOf(where: Where, issue: Issue): readonly FieldProblem[] {
  const nearest = nearestOf(issue.errors);
  if (nearest) {
    const path = issue.path ?? [];
    return nearest.flatMap((inner) => problemsOf(where, { ...inner, path: [...path, ...(inner.path ?? [])] }));
  }
  if (issue.keys === undefined || !issue.message.startsWith('Unrecognized'))
    return [{ field: fieldOf(where, issue.path), problem: issue.message }];
  return issue.keys.map((key) => ({
    field: fieldOf(where, issue.path, key),
    problem: where === 'query' ? 'There is no such parameter here' : 'There is no such field here',
  }));
}

/** 400 with one entry per wrong field; the detail says the first one in full. */
export function invalid(where: Where, errors: readonly FieldProblem[]): Problem {
  const [first] = errors;
  const detail = errors.length === 1 && first ? `${first.field}: ${first.problem}` : SEVERAL[where];
  return new Problem(400, 'Bad request', detail, { errors });
}

function pipeFor(where: Where): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) =>
      invalid(
        where,
        issues.flatMap((issue) => problemsOf(where, issue)),
      ),
  });
}

@Injectable()
export class ValidationPipe implements PipeTransform {
  readonly #pipes = { query: pipeFor('query'), body: pipeFor('body'), param: pipeFor('path') };

  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    if (metadata.schema === undefined || metadata.type === 'custom') return value;
    return this.#pipes[metadata.type].transform(value, metadata);
  }
}
