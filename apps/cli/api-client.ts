/** The running instance's API, as the command line uses it. */
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { CommandFailure, UsageError } from './failure.js';

interface ProblemBody {
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly field: string; readonly problem: string }[];
}

/** A list is given once for each of its values. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string | null;
}

/** As many as one page holds. */
const PAGE = 200;
const TIMEOUT_MS = 30_000;

export class ApiClient {
  /** `keyFrom`: where the key was taken from, told when it is refused. */
  constructor(
    readonly url: string,
    private readonly key: string,
    private readonly keyFrom: string,
  ) {}

  get<T>(path: string): Promise<T> {
    return this.#request<T>('GET', path);
  }

  send<T>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    return this.#request<T>(method, path, body, headers);
  }

  /** Hands bytes of a file over. Rejects as the others do. */
  async upload<T>(path: string, query: Query, bytes: Uint8Array<ArrayBuffer>): Promise<T> {
    const headers = { authorization: `Bearer ${this.key}`, 'content-type': 'application/octet-stream' };
    const response = await ask(this.url + path + queryOf(query), { method: 'PUT', headers, body: bytes });
    const text = await response.text();
    if (response.ok) return JSON.parse(text) as T;
    throw this.#failure(response.status, text);
  }

  /** The body as it comes, however long it takes as a whole. Rejects as the others do. */
  async stream(path: string, query: Query): Promise<Readable> {
    const request = { headers: { authorization: `Bearer ${this.key}` } };
    const response = await ask(this.url + path + queryOf(query), request, null);
    if (!response.ok || response.body === null) throw this.#failure(response.status, await response.text());
    return Readable.fromWeb(response.body as ReadableStream);
  }

  /** The first `limit` items of a list, however many pages they take; `more`: there are others. */
  async list<Item>(
    path: string,
    query: Query,
    limit: number,
  ): Promise<{ readonly items: readonly Item[]; readonly more: boolean }> {
    const items: Item[] = [];
    let cursor: string | undefined;
    do {
      const asked = { ...query, limit: Math.min(PAGE, limit - items.length), cursor };
      const page: Page<Item> = await this.get(path + queryOf(asked));
      items.push(...page.items);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined && items.length < limit);
    return { items, more: cursor !== undefined };
  }

  /** Rejects with the problem's words: a UsageError when what was asked is wrong, else a CommandFailure. */
  async #request<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    const response = await ask(this.url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.ok) return (text === '' ? null : JSON.parse(text)) as T;
    throw this.#failure(response.status, text);
  }

  #failure(status: number, text: string): Error {
    if (status === 400) return new UsageError(wordsOf(status, text));
    const cure = status === 401 ? `\nThe key is the one of ${this.keyFrom}.` : '';
    return new CommandFailure(wordsOf(status, text) + cure);
  }
}

/** Rejects with CommandFailure when nothing answers. `timeoutMs`: for the whole answer; null: as long as it takes. */
export async function ask(
  url: string,
  request: RequestInit = {},
  timeoutMs: number | null = TIMEOUT_MS,
): Promise<Response> {
  try {
    return await fetch(url, { ...request, signal: timeoutMs === null ? null : AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new CommandFailure(`${new URL(url).origin} does not answer (${why}). Start it with: npm start`);
  }
}

/** `?name=value` of what is given. */
function queryOf(asked: Query): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) {
    if (Array.isArray(value)) for (const one of value) given.append(name, one);
    else if (value !== undefined) given.set(name, String(value));
  }
  return `?${given}`;
}

function wordsOf(status: number, text: string): string {
  try {
    const problem = JSON.parse(text) as ProblemBody;
    const [one, ...others] = problem.errors ?? [];
    // The detail of a single problem says it in full.
    const told = one && others.length === 0 && problem.detail?.startsWith(one.field) ? [] : (problem.errors ?? []);
    const fields = told.map(({ field, problem: what }) => `  ${field}: ${what}`);
    return [`${problem.title ?? status}: ${problem.detail ?? ''}`, ...fields].join('\n');
  } catch {
    // Something else than our API answered: its own words are the best there are.
    return `${status}: ${text.slice(0, 500)}`;
  }
}
