/** Whether a source can be verified as it is set up: what is wrong is said when it is entered, not with each refused request. */
import type { Provider, SettingName, SourceProblem, SourceSettings } from './provider.js';

export type { SourceProblem };

type Settings = Omit<SourceSettings, 'keys'>;

/** Settings of schemes that are no provider's own. */
const SHARED: Readonly<Record<string, readonly SettingName[]>> = {
  header: ['header'],
  'http-basic': [],
  bearer: [],
  none: [],
};

// How a key is written is told by the key itself, save for generic ones; where it is said all the same, it does no harm.
const SIGNED: readonly SettingName[] = ['keyFormat', 'toleranceSeconds'];

/** `keys` undefined: one is made here, or the provider's is entered later. Empty when nothing is wrong. */
export function sourceProblems(
  provider: Provider,
  settings: Settings,
  keys: readonly string[] | undefined,
): readonly SourceProblem[] {
  const { scheme } = settings;
  const schemes = [...new Set([...provider.schemes, 'none'])];
  if (!schemes.includes(scheme)) return [{ field: 'scheme', problem: `Expected one of ${schemes.join(', ')}` }];
  return [
    ...settingProblems(provider, settings),
    ...(provider.setup?.problems?.(settings) ?? []),
    ...(keys ?? []).flatMap((key, index) => keyProblem(provider, scheme, key, `keys[${index}]`)),
    ...(keys !== undefined && !needsKey(provider, scheme)
      ? [{ field: 'keys', problem: `${scheme} takes no keys: leave them out` }]
      : []),
  ];
}

/** False where nothing is signed, or the key is in the provider's certificate. */
export const needsKey = ({ setup }: Provider, scheme: string): boolean =>
  scheme !== 'none' && setup?.keyless?.includes(scheme) !== true;

/** Whether the provider issues the secret of a scheme whose secret others let the receiver choose. */
export const issuesKey = ({ setup }: Provider, scheme: string): boolean => setup?.issuedKeys?.includes(scheme) === true;

function settingProblems(provider: Provider, { scheme, ...settings }: Settings): readonly SourceProblem[] {
  const used = settingsOf(provider, scheme);
  return Object.entries(settings).flatMap(([name, value]): SourceProblem[] => {
    if (value === undefined || used.includes(name as SettingName)) return [];
    const instead = used.length === 0 ? 'it has no settings' : `its settings are ${used.join(', ')}`;
    return [{ field: `settings.${name}`, problem: `${provider.title} by ${scheme} does not use it: ${instead}` }];
  });
}

/** Settings that mean something for the provider verified so. */
export function settingsOf({ setup }: Provider, scheme: string): readonly SettingName[] {
  const own = setup?.settings?.[scheme] ?? SHARED[scheme] ?? SIGNED;
  return [...own, ...(setup?.payload ?? [])];
}

function keyProblem(provider: Provider, scheme: string, key: string, field: string): readonly SourceProblem[] {
  const shared = KEY_CHECKS.find(([schemes]) => schemes.test(scheme))?.[1];
  const problem = shared?.(key.trim()) ?? provider.setup?.keyProblem?.(scheme, key.trim()) ?? null;
  return problem === null ? [] : [{ field, problem }];
}

const isBase64 = (text: string): boolean => /^[A-Za-z0-9+/]{16,}={0,2}$/.test(text);

/** Keys of shared schemes. Said without the key: it is a secret. */
const KEY_CHECKS: readonly (readonly [RegExp, (key: string) => string | null])[] = [
  [/^http-basic$/, (key) => (/^[^:]+:.+$/s.test(key) ? null : 'Expected USER:PASSWORD')],
  [/-v1a$/, (key) => (/^wh[ps]k_/.test(key) && isBase64(key.slice(5)) ? null : 'Expected whpk_… (Ed25519, in base64)')],
  [
    /^(standard-webhooks|svix)-v1$/,
    (key) => (isBase64(key.replace(/^[A-Za-z]+_/, '')) ? null : 'Expected whsec_… (base64 after it)'),
  ],
];
