/** Whether a path takes requests now; asked before a body is read. */
import type { Provider } from '#contracts/provider.js';
import type { Answer } from './answer.js';
import type { Rejection } from './meter.js';
import type { IngestPorts } from './ports.js';
import { deletedSource, pausedSource, unknownProvider, unknownSource } from './refusals.js';
import type { Source } from './source.js';

export type Admission =
  | { readonly open: true; readonly source: Source; readonly provider: Provider }
  | { readonly open: false; readonly answer: Answer };

export function admit({ sources, providers, meter }: IngestPorts, path: string): Admission {
  const source = sources.find(path);
  const closed = (answer: Answer, kind: Rejection): Admission => {
    meter.rejected(source ?? null, kind);
    return { open: false, answer };
  };
  if (source === undefined) return closed(unknownSource(), 'unknown_source');
  if (source.state === 'deleted') return closed(deletedSource(), 'deleted');
  const provider = providers.named(source.provider);
  if (provider === undefined) {
    meter.alarm(source, 'the source is of a provider that this version does not know');
    return { open: false, answer: unknownProvider(source.provider) };
  }
  if (source.state === 'paused') return closed(pausedSource(provider), 'paused');
  return { open: true, source, provider };
}
