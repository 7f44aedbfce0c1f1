/** Who looks at the pages: an API key, kept in a cookie that only this server can read or make. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { MasterKey } from '#engine/sealing/sealing.js';
import { API_KEYS } from '#platform/auth/api-key.guard.js';
import { type ApiKeyDirectory, type Caller, hashApiKey } from '#platform/auth/api-key.js';
import { CLOCK, MASTER_KEY } from '../dependencies.js';

export const SESSION_COOKIE = 'afterclick_session';
/** A working day; a revoked key ends its sessions at once, whatever their age. */
const LIFETIME_MS = 12 * 3_600_000;
const OWNER = 'page-session';

interface Content {
  /** Of the key, base64: the key itself is never kept. */
  readonly hash: string;
  /** Goes into every form. */
  readonly csrf: string;
  /** Under which notifications are taken. */
  readonly name: string | null;
  /** Milliseconds. */
  readonly expiresAt: number;
}

/** A signed-in person. */
export interface Visitor {
  readonly caller: Caller;
  readonly csrf: string;
  /** Their name, else that of the key. */
  readonly name: string;
  readonly session: Content;
}

@Injectable()
export class Sessions {
  constructor(
    @Inject(MASTER_KEY) private readonly master: MasterKey,
    @Inject(API_KEYS) private readonly keys: ApiKeyDirectory,
    @Inject(CLOCK) private readonly clock: () => number,
  ) {}

  /** The `Set-Cookie` of a new session; null when the key is not in force. */
  async open(key: string, name: string | null, secure: boolean): Promise<string | null> {
    const hash = hashApiKey(key);
    if ((await this.keys.find(hash)) === null) return null;
    const csrf = randomBytes(18).toString('base64url');
    return this.#cookie({ hash: hash.toString('base64'), csrf, name, expiresAt: this.clock() + LIFETIME_MS }, secure);
  }

  /** The `Set-Cookie` of the same session under another name. */
  rename(visitor: Visitor, name: string, secure: boolean): string {
    return this.#cookie({ ...visitor.session, name }, secure);
  }

  /** The `Set-Cookie` that ends a session. */
  close(): string {
    return `${SESSION_COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`;
  }

  /** The visitor of a `Cookie` header; null without a session, or with one that is forged, over, or of a revoked key. */
  async visitor(cookies: string | undefined): Promise<Visitor | null> {
    const session = this.#read(cookies);
    if (session === null || session.expiresAt <= this.clock()) return null;
    const caller = await this.keys.find(Buffer.from(session.hash, 'base64'));
    return caller && { caller, csrf: session.csrf, name: session.name ?? caller.keyName, session };
  }

  #cookie(content: Content, secure: boolean): string {
    const sealed = this.master.wrapSecret(Buffer.from(JSON.stringify(content)), OWNER).toString('base64url');
    const seconds = Math.max(0, Math.ceil((content.expiresAt - this.clock()) / 1000));
    const attributes = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure ? '; Secure' : ''}`;
    return `${SESSION_COOKIE}=${sealed}; ${attributes}`;
  }

  #read(cookies: string | undefined): Content | null {
    const value = cookies?.match(new RegExp(`(?:^|;\\s*)${SESSION_COOKIE}=([\\w-]+)`))?.[1];
    if (value === undefined) return null;
    try {
      return JSON.parse(this.master.unwrapSecret(Buffer.from(value, 'base64url'), OWNER).toString('utf8')) as Content;
    } catch {
      // Forged, cut short, or sealed by another master key: as good as none.
      return null;
    }
  }
}

/** Whether a form carries the token of this session. */
export function carriesToken(visitor: Visitor, token: unknown): boolean {
  if (typeof token !== 'string') return false;
  const given = Buffer.from(token);
  const expected = Buffer.from(visitor.csrf);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
