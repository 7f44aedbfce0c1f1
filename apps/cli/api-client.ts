/** The running instance's API, as the command line uses it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailure, UsageError } from './failure.js';

/** File in the data folder that holds the key of whoever started the instance. */
export const LOCAL_KEY = 'api.key';

interface ProblemBody {
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly field: string; readonly problem: string }[];
}

export class ApiClient {
  constructor(
    readonly url: string,
    private readonly key: string,
  ) {}

  /** With AFTERCLICK_API_KEY, else the key kept in the data folder. Throws UsageError when there is neither. */
  static local(url: string, dataDir: string): ApiClient {
    const file = join(dataDir, LOCAL_KEY);
    const key = process.env['AFTERCLICK_API_KEY'] ?? (existsSync(file) ? readFileSync(file, 'utf8').trim() : null);
    if (key === null) throw new UsageError(`No API key: set AFTERCLICK_API_KEY (there is no ${file}).`);
    return new ApiClient(url, key);
  }

  get<T>(path: string): Promise<T> {
    return this.#request<T>('GET', path);
  }

  send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T> {
    return this.#request<T>(method, path, body);
  }

  /** Rejects with CommandFailure that carries the problem's words. */
  async #request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new CommandFailure(`${this.url} does not answer (${why}). Start it with: npm start`);
    });
    const text = await response.text();
    if (response.ok) return (text === '' ? null : JSON.parse(text)) as T;
    throw new CommandFailure(wordsOf(response.status, text));
  }
}

function wordsOf(status: number, text: string): string {
  try {
    const problem = JSON.parse(text) as ProblemBody;
    const fields = (problem.errors ?? []).map(({ field, problem: what }) => `  ${field}: ${what}`);
    return [`${problem.title ?? status}: ${problem.detail ?? ''}`, ...fields].join('\n');
  } catch {
    // Something else than our API answered: its own words are the best there are.
    return `${status}: ${text.slice(0, 500)}`;
  }
}
