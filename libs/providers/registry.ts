/** The providers by name. A new one is its own file and one line here. */
import type { Provider } from './provider.js';

export const PROVIDERS: readonly Provider[] = [];

const BY_NAME: ReadonlyMap<string, Provider> = new Map(PROVIDERS.map((provider) => [provider.name, provider]));

export function providerNamed(name: string): Provider | undefined {
  return BY_NAME.get(name);
}
