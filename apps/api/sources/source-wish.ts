/** What is wished of a source, checked against its provider: what could never be verified is refused with the reason. */
import type { SourceView } from '#adapters/postgres/sources/sources.js';
import type { Provider, SourceSettings } from '#contracts/provider.js';
import { addressList, PUBLISHED } from '#engine/ingest/admission.js';
import { newKey } from '#engine/ingest/new-key.js';
import type { SourcePolicy } from '#engine/ingest/source.js';
import type { FieldProblem } from '#platform/http/problem.js';
import { invalid } from '#platform/http/validation.js';
import { providerNamed } from '#providers/registry.js';
import { issuesKey, needsKey, sourceProblems } from '#providers/source-check.js';

type Settings = Omit<SourceSettings, 'keys'>;

export interface Wish {
  readonly provider: string;
  readonly scheme?: string | undefined;
  readonly keys?: readonly string[] | undefined;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  readonly policy?: Readonly<Record<string, unknown>> | undefined;
}

export interface Wished {
  readonly settings: Settings;
  readonly policy: SourcePolicy;
  readonly isKeyIssued: boolean;
}

/** The scheme asked for, or the provider's first one. Throws a 400 that names each field with what is wrong. */
export function wished({ provider: name, scheme, keys, settings = {}, policy = {} }: Wish): Wished {
  const provider = provided(name);
  const chosen = { ...withoutGaps(settings), scheme: scheme ?? provider.schemes[0] ?? 'none' };
  return checked(provider, chosen, withoutGaps(policy), keys);
}

/** The source as it is, with what is to change. */
export function revised(source: SourceView, wish: Omit<Wish, 'provider' | 'keys'>): Wished {
  const settings = { ...source.settings, ...wish.settings, scheme: wish.scheme ?? source.settings.scheme };
  const policy = { ...source.policy, ...wish.policy };
  return checked(provided(source.provider), withoutGaps(settings), withoutGaps(policy), undefined);
}

/** Keys that come with a rotation. Throws a 400 that says what is wrong, never the key. */
export function checkKeys({ provider: name, settings }: SourceView, keys: readonly string[] | undefined): void {
  const provider = provided(name);
  const problems = sourceProblems(provider, settings, keys).filter(({ field }) => field.startsWith('keys'));
  refuseFor(keys === undefined ? [...problems, ...missingKey(provider, settings.scheme)] : problems);
}

/** Where none can be made here, a rotation without a key would leave the source with none, and refusing everything. */
function missingKey(provider: Provider, scheme: string): readonly FieldProblem[] {
  if (!issuesKey(provider, scheme) && newKey(scheme) !== null) return [];
  const problem = needsKey(provider, scheme)
    ? `The key is issued by the provider (${provider.title}): make a new one there, and give it here`
    : `${scheme} has no key to rotate`;
  return [{ field: 'keys', problem }];
}

function checked(
  provider: Provider,
  settings: Settings,
  policy: SourcePolicy,
  keys: readonly string[] | undefined,
): Wished {
  refuseFor([...sourceProblems(provider, settings, keys), ...addressProblems(provider, policy)]);
  return { settings, policy, isKeyIssued: issuesKey(provider, settings.scheme) };
}

function refuseFor(problems: readonly FieldProblem[]): void {
  if (problems.length === 0) return;
  throw invalid(
    'body',
    problems.map(({ field, problem }) => ({ field: `body.${field}`, problem })),
  );
}

function addressProblems(provider: Provider, { addresses = [] }: SourcePolicy): readonly FieldProblem[] {
  return addresses.flatMap((entry, index): FieldProblem[] => {
    const field = `policy.addresses[${index}]`;
    if (entry === PUBLISHED && provider.publishedAddresses.length === 0)
      return [{ field, problem: `${provider.title} publishes no addresses: name them one by one` }];
    try {
      addressList([entry], provider);
      return [];
    } catch (error) {
      return [{ field, problem: (error as Error).message }];
    }
  });
}

function provided(name: string): Provider {
  const provider = providerNamed(name);
  if (provider === undefined) throw new Error(`no provider is named ${name}`);
  return provider;
}

/** Without what was left out, or cleared. */
function withoutGaps<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined && one !== null)) as Value;
}
