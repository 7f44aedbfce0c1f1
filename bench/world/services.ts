/** Services apart, as a cluster runs them: one process each. */
import { Child, type Spent } from './child.js';
import type { ServiceName, ServiceWish } from './service-process.js';
import type { World } from './world.js';

export class Services {
  readonly #children: ReadonlyMap<ServiceName, Child>;

  /** `profile`: folder for a CPU profile of each, written when it ends. */
  constructor(
    private readonly world: World,
    names: readonly ServiceName[],
    profile: string | null = null,
  ) {
    this.#children = new Map(names.map((name) => [name, new Child('world/service-process', { profile, name })]));
  }

  /** Answers where each listens, when all do. */
  async start(): Promise<ReadonlyMap<ServiceName, string>> {
    const started = [...this.#children].map(async ([name, child]): Promise<[ServiceName, string]> => {
      const wish: ServiceWish = { name, configuration: this.world.configuration() };
      return [name, await child.ask<string>('open', wish)];
    });
    return new Map(await Promise.all(started));
  }

  async spent(): Promise<ReadonlyMap<ServiceName, Spent>> {
    const spent = [...this.#children].map(async ([name, child]) => [name, await child.spent()] as const);
    return new Map(await Promise.all(spent));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#children.values()].map((child) => child.stop()));
  }
}
