/** Certificates that sign SNS messages, by URL. What is behind such a URL never changes, so it is fetched once. */
import { X509Certificate } from 'node:crypto';
import { isSnsCertificateUrl } from '#contracts/sns-address.js';
import type { Certificates } from '#engine/ingest/ports.js';
import { type SnsRequestOptions, snsRequest } from './sns-request.js';

/** SNS has one certificate a region at a time; more names than that are a sender's inventions. */
const MOST_KEPT = 100;
/** A URL that gave nothing is not asked for again before this. */
const AGAIN_AFTER_MS = 30_000;
/** Fetches at the same time: requests that are not verified yet must not make us fetch without end. */
const MOST_AT_ONCE = 4;

export interface SnsCertificateOptions extends SnsRequestOptions {
  readonly now?: () => number;
  /** Told why a certificate could not be had. */
  readonly onTrouble?: (error: unknown) => void;
}

export class SnsCertificates implements Certificates {
  readonly #known = new Map<string, string>();
  readonly #failed = new Map<string, number>();
  readonly #running = new Map<string, Promise<string | undefined>>();

  constructor(private readonly options: SnsCertificateOptions = {}) {}

  pem(url: string): Promise<string | undefined> {
    if (!isSnsCertificateUrl(url)) return Promise.resolve(undefined);
    const name = new URL(url).href;
    const known = this.#known.get(name);
    if (known !== undefined) return Promise.resolve(known);
    const running = this.#running.get(name);
    if (running !== undefined) return running;
    if (this.#failedLately(name) || this.#running.size >= MOST_AT_ONCE) return Promise.resolve(undefined);
    const fetching = this.#fetch(name).finally(() => this.#running.delete(name));
    this.#running.set(name, fetching);
    return fetching;
  }

  async #fetch(url: string): Promise<string | undefined> {
    try {
      const pem = (await snsRequest(url, this.options)).toString('latin1');
      const { publicKey } = new X509Certificate(pem);
      if (publicKey.asymmetricKeyType !== 'rsa') throw new Error('the certificate has no RSA key');
      this.#failed.delete(url);
      keep(this.#known, url, pem);
      return pem;
    } catch (error) {
      keep(this.#failed, url, this.#now());
      this.options.onTrouble?.(error);
      return undefined;
    }
  }

  #failedLately(url: string): boolean {
    const at = this.#failed.get(url);
    return at !== undefined && this.#now() - at < AGAIN_AFTER_MS;
  }

  #now(): number {
    return (this.options.now ?? Date.now)();
  }
}

/** The oldest entry gives way. */
function keep<Value>(entries: Map<string, Value>, name: string, value: Value): void {
  const oldest = entries.keys().next();
  if (entries.size >= MOST_KEPT && !oldest.done) entries.delete(oldest.value);
  entries.set(name, value);
}
