/**
 * The one interface a provider's file implements. Pure: bytes, headers, the source's configuration and a clock in;
 * an outcome out. Nothing here fetches, stores or reads a clock of its own.
 */
import type { Engagement } from './engagement.js';
import type { Json } from './json.js';

/** One HTTP request as it arrived. Header names are lower case; the body is the raw bytes. */
export interface ProviderRequest {
  readonly method: string;
  /** Full URL as received; full-URL schemes use `source.signedUrl` when it is set. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** How one source (registered endpoint) is configured. Keys are tried in order: several while one is rotated. */
export interface SourceSettings {
  /** Verification scheme, e.g. `sendgrid-ecdsa-p256-sha256`, `generic-hmac`, `http-basic`, `bearer`, `none` (unsigned on purpose). */
  readonly scheme: string;
  readonly keys: readonly string[];
  readonly keyFormat?: string;
  /** Public URL registered at the provider, for schemes that sign it (Mandrill, HubSpot). */
  readonly signedUrl?: string;
  readonly algorithm?: string;
  readonly header?: string;
  readonly encoding?: string;
  readonly prefix?: string;
  readonly signedContent?: string;
  readonly timestampHeader?: string;
  readonly form?: string;
  readonly expectedTopicArn?: string;
  /** What the provider's certificate URL answers (SNS); fetched and cached outside. */
  readonly certPem?: string;
  /** Accepted age of a signed time, in seconds; 300 by default. */
  readonly toleranceSeconds?: number;
  /** Generic senders: header that carries the sender's event id, used for de-duplication. */
  readonly idHeader?: string;
  /** Field names of a generic sender's payload, dotted paths; the defaults are in generic-hmac.ts. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** Name of a setting of a source, beside its scheme and keys. */
export type SettingName = Exclude<keyof SourceSettings, 'scheme' | 'keys'>;

/** What is wrong with how a source is to be set up. */
export interface SourceProblem {
  /** `scheme`, `keys[0]`, `settings.algorithm`. */
  readonly field: string;
  readonly problem: string;
}

/** How a provider's sources are set up, where that differs from what their schemes ask for anyway. */
export interface ProviderSetup {
  /** Schemes whose secret this provider issues, though other senders let the receiver choose it. */
  readonly issuedKeys?: readonly string[];
  /** Schemes without a key of the source: it is in the provider's certificate. */
  readonly keyless?: readonly string[];
  /** Settings by scheme; left out: how the key is written, and the tolerance. */
  readonly settings?: Readonly<Record<string, readonly SettingName[]>>;
  /** Settings that describe the payload, whatever the scheme. */
  readonly payload?: readonly SettingName[];
  /** What is wrong with settings that are all known. */
  problems?(settings: Omit<SourceSettings, 'keys'>): readonly SourceProblem[];
  /** What is wrong with a key, said without the key; null when nothing is. */
  keyProblem?(scheme: string, key: string): string | null;
}

/** Milliseconds since the epoch, or null: take the signature's own time as fresh (recorded requests). */
export type VerifyClock = number | null;

export type RejectKind = 'signature' | 'freshness' | 'freshness-policy' | 'malformed' | 'authorization';

export type Verification =
  /** `true`: the signature is right. `null`: the source is declared unsigned on purpose. */
  | {
      readonly ok: true;
      readonly verified: true | null;
      /** What alone the signature covers, where that is a one-time token (Mailgun); refused when seen with another body. */
      readonly replayToken?: string;
    }
  | {
      readonly ok: false;
      /** `malformed`: not verified, and the body is so far from the provider's form that nothing was signed (Mandrill). */
      readonly kind: 'signature' | 'freshness' | 'freshness-policy' | 'authorization' | 'malformed';
      /** True when the MAC itself is right and only its time or the request's aim is refused. */
      readonly verified: boolean;
      readonly error: string;
    }
  /** Verification needs something that is out of reach for now (a certificate to fetch). */
  | {
      readonly ok: 'unavailable';
      readonly need: 'certificate';
      readonly certificateUrl: string;
      readonly error: string;
    };

/** An element of a verified body that could not be understood: quarantined with its raw bytes. */
export interface Unreadable {
  readonly index: number;
  /** The element's own text, exactly as it stands in the body where it can be cut out, else re-serialised. */
  readonly raw: string;
  readonly reason: string;
}

/** One engagement with what de-duplication needs. */
export interface NormalisedEngagement {
  readonly engagement: Engagement;
  /** Element of the body it came from, counted from 0 in body order. */
  readonly index: number;
  /**
   * De-duplication keys by the provider's contract, first the documented one, then a second where a provider may
   * change its id. Each is a list of parts that is hashed with workspace, recipient and type. Never built from receive time.
   */
  readonly dedupKeys: readonly (readonly Json[])[];
  /** The provider's own test event (SendGrid's "Test Your Integration"): kept raw, but no engagement of a contact. */
  readonly isTest?: true;
  /** Tags in the form they were sent, for the request protocol, where they are not the plain list the engagement has (Brevo). */
  readonly tagsAsSent?: readonly Json[];
  /** The ids in `dedupKeys` are unique only within one source (generic senders). */
  readonly idsPerSource?: boolean;
  /** What a person has to do about it, as it concerns more than this engine (an erasure). Names object ids, never an address. */
  readonly alert?: string;
  /** Whose object ids `engagement.contactId` is one of, when the provider's name is not enough (`hubspot:PORTAL`). */
  readonly objectKind?: string;
  /**
   * An address that comes with `engagement.contactId` is of that person: the two are linked. Left out where each account counts its ids
   * anew (Brevo, Mailjet) or senders choose them: two accounts would make one person of two.
   */
  readonly linksContactId?: true;
}

export type Normalised =
  | {
      readonly outcome: 'accept';
      readonly engagements: readonly NormalisedEngagement[];
      readonly unreadable: readonly Unreadable[];
    }
  /** A ping, test event or empty batch: 2xx and nothing is emitted. */
  | { readonly outcome: 'ignore'; readonly reason: string }
  /** A set-up request, answered as the provider wants it. `fetch`: an allow-listed URL to GET before it counts (SNS). */
  | {
      readonly outcome: 'handshake';
      readonly response: HandshakeResponse;
      readonly fetch?: string;
      readonly alert?: string;
    }
  /** Verified but with nothing usable in it: 2xx and the whole body is quarantined, unless `status` says otherwise (CloudEvents). */
  | {
      readonly outcome: 'reject';
      readonly kind: 'malformed' | 'authorization';
      readonly error: string;
      readonly status?: number;
    };

export interface HandshakeResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One e-mail provider: verify, normalise and its facts, one file each. */
export interface Provider {
  /** Registry name: `sendgrid`, `generic-hmac`, … as in the URL, the samples and the documentation. */
  readonly name: string;
  readonly title: string;
  /** Schemes this provider can be verified by; the first is the default for a new source. */
  readonly schemes: readonly string[];
  /** Answer while the log is away or slow, so that the provider retries and does not discard. */
  readonly unavailableStatus: number;
  /** Answer to a source that sends faster than it may; `unavailableStatus` where left out. */
  readonly throttledStatus?: number;
  /** Answer to a body that does not arrive in time; left out: 408. Set where a 408 would make the provider discard the request. */
  readonly slowStatus?: 429 | 503;
  /** How long the provider waits for an answer, in milliseconds. */
  readonly timeoutMs: number;
  /** How long the provider keeps retrying, in hours; null where unconfirmed. */
  readonly retryWindowHours: number | null;
  /** Source addresses the provider publishes (CIDR); empty where it publishes none. */
  readonly publishedAddresses: readonly string[];
  readonly setup?: ProviderSetup;
  /** One JSON value of the provider's export as the body that its webhook sends; left out: it is one as it is. */
  exported?(raw: string): { readonly body: string; readonly contentType: string };
  /**
   * A request that is answered before any signature exists (HEAD, OPTIONS, GET handshakes); undefined to go on to verify.
   */
  greet?(request: ProviderRequest, source: SourceSettings): HandshakeResponse | undefined;
  /** Checks the signature over the raw bytes. Never throws: a garbled signature is a clean refusal. */
  verify(request: ProviderRequest, source: SourceSettings, now: VerifyClock): Verification;
  /** Reads a verified body. Never throws: what cannot be understood is `unreadable` or `reject`. */
  normalise(request: ProviderRequest, source: SourceSettings): Normalised;
}

/** What became of one request after greet, verify, normalise, in this order (judge.ts of the providers). */
export type Judgement =
  | { readonly step: 'greeted'; readonly response: HandshakeResponse }
  | { readonly step: 'refused'; readonly refusal: Exclude<Verification, { readonly ok: true }> }
  | {
      readonly step: 'normalised';
      readonly verified: true | null;
      readonly replayToken?: string;
      readonly normalised: Normalised;
    };
