/**
 * Recorded provider requests and what a right answer to each is. The recordings are third parties' and stay outside the
 * repository: AFTERCLICK_PROVIDER_SAMPLES names their folder, `<provider>/<name>.meta.json` beside each body.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, JsonObject } from '#contracts/json.js';

export interface ExpectedEvent {
  readonly canonicalType: string;
  readonly acceptableTypes?: readonly string[];
  readonly occurredAtAcceptable?: readonly string[];
  readonly actorAcceptable?: readonly string[];
  readonly [field: string]: Json | undefined;
}

export interface Expected {
  readonly outcome: 'accept' | 'ignore' | 'handshake' | 'reject' | 'signature-only';
  readonly acceptableOutcomes?: readonly string[];
  readonly rejectKind?: string;
  readonly response?: {
    readonly status?: number | string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly note?: string;
  };
  readonly eventCount?: number;
  readonly events?: readonly ExpectedEvent[];
  readonly countsByType?: Readonly<Record<string, number>>;
  readonly firstEvent?: ExpectedEvent;
  readonly lastEvent?: ExpectedEvent;
}

export interface Sample {
  readonly id: string;
  readonly provider: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
  };
  readonly body: Buffer;
  readonly signature: JsonObject;
  readonly expected: Expected;
  /** To be posted after another sample; judged over HTTP, where there is a memory. */
  readonly sequence?: {
    readonly after: string;
    readonly expectedOutcome: string;
    readonly expectedNewEvents: number;
    readonly reason: string;
  };
}

/** The folder of the recordings; undefined where none is named. */
export const samplesFolder = (): string | undefined => process.env['AFTERCLICK_PROVIDER_SAMPLES'] || undefined;

/** Every sample of the folder, by provider and name. Throws when the folder has none: an empty lane proves nothing. */
export function readSamples(folder: string): readonly Sample[] {
  const providers = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const samples = providers.flatMap(({ name }) =>
    readdirSync(join(folder, name))
      .filter((file) => file.endsWith('.meta.json'))
      .map((file) => readSample(join(folder, name), file)),
  );
  if (samples.length === 0) throw new Error(`no samples in ${folder}`);
  return samples.sort((left, right) => (left.id < right.id ? -1 : 1));
}

function readSample(folder: string, file: string): Sample {
  const meta = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const body = readFileSync(join(folder, meta.request.bodyFile));
  return { ...meta, signature: meta.signature ?? {}, body };
}

/** Members of `signature` that describe the sample and not the source. */
const NOT_SETTINGS = new Set(['shouldVerify', 'verifyAt', 'vectorOrigin', 'failureReason', 'policy', 'key']);

/** How the source that receives the sample is configured. */
export function sourceOf({ signature }: Sample): JsonObject {
  const settings = Object.entries(signature).filter(([name]) => !NOT_SETTINGS.has(name));
  const key = signature['key'] ?? [];
  return { ...Object.fromEntries(settings), keys: Array.isArray(key) ? key : [key] };
}

/** The sample as a line of `afterclick normalize --requests`. */
export function requestLine(sample: Sample): string {
  const { id, provider, request, body, signature } = sample;
  return JSON.stringify({
    id,
    provider,
    method: request.method,
    url: request.url,
    headers: request.headers,
    bodyBase64: body.toString('base64'),
    now: signature['verifyAt'] ?? null,
    source: sourceOf(sample),
  });
}
