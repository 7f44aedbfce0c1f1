/** The lane over recorded requests of third parties, over HTTP against a running ingest: answers, what is applied, and what needs a memory. */
import type { Uuid } from '#contracts/ids.js';
import type { SourceSettings } from '#contracts/provider.js';
import { SILENT_METER } from '#engine/ingest/meter.js';
import { judge } from '#providers/judge.js';
import { type RegisteredSource, RunningIngest } from '#testing/ingest/running-ingest.js';
import { type Got, send } from '#testing/ingest/send.js';
import { type CameToWorkspace, whatCame } from '#testing/ingest/what-came.js';
import { type Answer, answerFaults } from '#testing/provider-answers.js';
import { readSamples, type Sample, samplesFolder, sourceOf } from '#testing/provider-samples.js';

const folder = samplesFolder();
const NOW = Date.UTC(2026, 10, 24, 12);
const SECOND = 1_000;
const BUSY = new Set([429, 500, 502, 503, 504]);
const TRIES = 5;

interface Posted {
  readonly source: RegisteredSource;
  readonly got: Got;
  /** Kind of the refusal, as it was counted. */
  readonly refused: string | null;
}

/** The time at which a request is received: that of its signature, else just after what it tells. */
function receivedAt({ signature, expected }: Sample): number {
  const verifyAt = signature['verifyAt'];
  if (typeof verifyAt === 'string') return Date.parse(verifyAt);
  const events = [...(expected.events ?? []), expected.firstEvent, expected.lastEvent];
  const times = events.map((event) => Date.parse(String(event?.['occurredAt']))).filter(Number.isFinite);
  return times.length === 0 ? NOW : Math.max(...times) + SECOND;
}

const verifyAt = ({ signature }: Sample): number | null =>
  typeof signature['verifyAt'] === 'string' ? Date.parse(signature['verifyAt']) : null;

if (folder === undefined) {
  process.stderr.write('provider samples over HTTP: skipped, AFTERCLICK_PROVIDER_SAMPLES names no folder\n');
  it.skip('recorded provider requests over HTTP: skipped, AFTERCLICK_PROVIDER_SAMPLES names no folder', () =>
    undefined);
} else {
  const samples = readSamples(folder);
  const sequences = samples.filter(({ sequence }) => sequence !== undefined);

  describe('recorded provider requests over HTTP', () => {
    let ingest: RunningIngest;
    let current: Sample;
    let refused: string | null = null;
    let cameTo: (workspaceId: Uuid) => CameToWorkspace;
    const confirmed: string[] = [];
    const sources = new Map<string, RegisteredSource>();
    const posted = new Map<string, Posted>();
    /** New engagements of the second request of a sequence, and its answer. */
    const repeated = new Map<string, { readonly status: number; readonly newEvents: number }>();

    /** What the provider's certificate address answers is no setting here: it is fetched. */
    const settingsOf = (sample: Sample, more: readonly string[] = []): SourceSettings => {
      const { certPem: _, keys, ...settings } = sourceOf(sample) as unknown as SourceSettings;
      return { ...settings, keys: [...keys, ...more] };
    };
    const post = async (sample: Sample, path: string): Promise<Got> => {
      current = sample;
      refused = null;
      const { method, url, headers } = sample.request;
      const address = `${ingest.url}/ingest/${path}${new URL(url, 'http://x').search}`;
      const request = { method, headers, body: sample.body };
      let got = await send(address, request);
      // What is not durable in time is refused, and sent again by every provider.
      for (let tries = 1; BUSY.has(got.status) && tries < TRIES; tries += 1) got = await send(address, request);
      return got;
    };
    const applied = async ({ workspaceId }: RegisteredSource): Promise<number> =>
      (await whatCame(ingest))(workspaceId).applied.length;

    beforeAll(async () => {
      ingest = await RunningIngest.start({
        clock: () => (current === undefined ? NOW : receivedAt(current)),
        judge: (provider, request, settings) => judge(provider, request, settings, verifyAt(current)),
        meter: {
          ...SILENT_METER,
          rejected: (_, kind) => {
            refused = kind;
          },
        },
        outside: {
          certificates: { pem: async () => sourceOf(current)['certPem'] as string | undefined },
          confirmations: { confirm: async (_, url) => confirmed.push(url) > 0 },
        },
      });
      for (const [index, sample] of samples.entries())
        sources.set(sample.id, await ingest.register(`sample-${index}`, sample.provider, settingsOf(sample)));
      const shared = new Map<string, RegisteredSource>();
      for (const sample of sequences) {
        const before = samples.find(({ id }) => id === sample.sequence?.after) as Sample;
        const settings = settingsOf(before, settingsOf(sample).keys);
        shared.set(sample.id, await ingest.register(`sequence-${shared.size}`, sample.provider, settings));
      }
      await ingest.refresh();
      for (const sample of samples) {
        const source = sources.get(sample.id) as RegisteredSource;
        const got = await post(sample, source.path);
        posted.set(sample.id, { source, got, refused });
      }
      for (const sample of sequences) {
        const source = shared.get(sample.id) as RegisteredSource;
        await post(samples.find(({ id }) => id === sample.sequence?.after) as Sample, source.path);
        await ingest.settled();
        const before = await applied(source);
        const { status } = await post(sample, source.path);
        await ingest.settled();
        repeated.set(sample.id, { status, newEvents: (await applied(source)) - before });
      }
      await ingest.settled();
      cameTo = await whatCame(ingest);
    });
    afterAll(() => ingest?.close());

    /** The answer in the terms of the request protocol, from what the provider sees and what is on record. */
    function answerOf(sample: Sample): Answer {
      const { source, got, refused } = posted.get(sample.id) as Posted;
      const { status, headers } = got;
      const response = { status, headers };
      if (status === 401)
        return {
          outcome: 'reject',
          rejectKind: refused ?? '',
          verified: refused === 'authorization',
          response,
          events: [],
        };
      const verified = sample.signature['shouldVerify'] === true ? true : null;
      const { came, outcomes } = cameTo(source.workspaceId);
      const [outcome] = outcomes;
      const events = came.map(({ engagement }) => engagement);
      if (outcome === 'malformed') return { outcome: 'reject', rejectKind: 'malformed', verified, response, events };
      if (outcome === 'ignored') return { outcome: 'ignore', verified, response, events };
      const isHandshake = outcome === 'handshake' || (outcome === undefined && status < 300);
      return { outcome: isHandshake ? 'handshake' : status < 300 ? 'accept' : 'reject', verified, response, events };
    }

    it.each(samples.map((sample) => [sample.id, sample] as const))('%s', (_, sample) => {
      const { source, got } = posted.get(sample.id) as Posted;
      const { came, applied, quarantined } = cameTo(source.workspaceId);
      const answer = answerOf(sample);
      expect(answerFaults(sample, answer)).toEqual([]);

      // Nothing that is accepted is answered otherwise than 2xx, and nothing that is refused otherwise than 401.
      const isMalformed = answer.outcome === 'reject' && answer.rejectKind === 'malformed';
      const keepsItsStatus = isMalformed && sample.provider === 'cloudevents';
      if (answer.outcome === 'reject' && !isMalformed) expect(got.status).toBe(401);
      else if (isMalformed && got.status === 401) expect(sample.signature['shouldVerify']).toBe(false);
      else if (keepsItsStatus) expect([400, 415]).toContain(got.status);
      else expect(Math.floor(got.status / 100)).toBe(2);
      if (isMalformed && got.status !== 401)
        expect(quarantined).toContainEqual(expect.objectContaining({ element: null, reason: 'malformed' }));

      // What came in is applied, each event once.
      const known = new Set<string>();
      const first = came.filter(({ keys }) => {
        const isNew = !keys.some((key) => known.has(key));
        for (const key of keys) known.add(key);
        return isNew;
      });
      expect(applied.map(({ engagement }) => engagement)).toEqual(first.map(({ engagement }) => engagement));
    });

    it.each(sequences.map((sample) => [sample.id, sample] as const))(
      '%s after its other request',
      (id, { sequence }) => {
        const { status, newEvents } = repeated.get(id) as { status: number; newEvents: number };
        expect(Math.floor(status / 100)).toBe(sequence?.expectedOutcome === 'reject' ? 4 : 2);
        if (sequence?.expectedOutcome === 'reject') expect(status).toBe(401);
        expect(newEvents).toBe(sequence?.expectedNewEvents);
      },
    );

    it('fetched only what a verified handshake asked for', () => {
      for (const url of confirmed) expect(new URL(url).hostname).toMatch(/^sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/);
    });
  });
}
