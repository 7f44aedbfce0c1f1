/** What a source of a generic sender is set up by, and what is wrong with it. */
import type { ProviderSetup, SettingName, SourceProblem, SourceSettings } from '../provider.js';

export const GENERIC_SCHEME = 'generic-hmac';

const CHOICES: Readonly<Partial<Record<SettingName, readonly string[]>>> = {
  algorithm: ['sha1', 'sha256', 'sha384', 'sha512'],
  encoding: ['hex', 'base64', 'base64url'],
  keyFormat: ['utf8', 'hex', 'base64'],
};

export const GENERIC_SETUP: ProviderSetup = {
  settings: {
    [GENERIC_SCHEME]: [
      ...(['header', 'algorithm', 'encoding', 'prefix', 'signedContent', 'timestampHeader', 'form'] as const),
      ...(['keyFormat', 'signedUrl', 'toleranceSeconds'] as const),
    ],
  },
  payload: ['fields', 'idHeader'],
  problems: (settings) =>
    settings.scheme === GENERIC_SCHEME ? [...choiceProblems(settings), ...contentProblems(settings)] : [],
};

type Settings = Omit<SourceSettings, 'keys'>;

function choiceProblems(settings: Settings): readonly SourceProblem[] {
  return Object.entries(CHOICES).flatMap(([name, choices]): SourceProblem[] => {
    const value = settings[name as SettingName];
    const isChoice = value === undefined || choices.includes(value as string);
    return isChoice ? [] : [{ field: `settings.${name}`, problem: `Expected one of ${choices.join(', ')}` }];
  });
}

/** A template that signs nothing of the body, or names what no header brings, would verify nothing or refuse everything. */
function contentProblems({ signedContent, timestampHeader, form, idHeader }: Settings): readonly SourceProblem[] {
  if (signedContent === undefined) return [];
  const field = 'settings.signedContent';
  const needs = (name: string, isGiven: boolean, from: string): SourceProblem[] =>
    !signedContent.includes(`{${name}}`) || isGiven ? [] : [{ field, problem: `{${name}} needs ${from}` }];
  return [
    ...(signedContent.includes('{body}') ? [] : [{ field, problem: 'Without {body} any body would fit a signature' }]),
    ...needs('timestamp', timestampHeader !== undefined || form !== undefined, 'timestampHeader or form'),
    ...needs('id', idHeader !== undefined, 'idHeader'),
  ];
}
