/** Which rules judged what: the activations of a partition, as a replay asks for them. */
import type { Uuid } from '#contracts/ids.js';
import { type RulesInForce, switched } from './rules-in-force.js';
import type { InForce, RulesRegistry } from './rules-registry.js';
import type { InputPlace } from './store.js';

interface Step {
  readonly position: number;
  readonly inForce: InForce;
}

const NOTHING: InForce = { number: 0, rules: [] };

export class RulesTimeline<Rules> {
  readonly #steps = new Map<string, Promise<readonly Step[]>>();

  constructor(
    private readonly registry: RulesRegistry,
    private readonly rules: RulesInForce<Rules>,
  ) {}

  /** The compiled rules that judged the input at this place. */
  async at(workspaceId: Uuid, { topic, partition, position }: InputPlace): Promise<Rules> {
    const name = `${workspaceId}/${topic}/${partition}`;
    const steps = this.#steps.get(name) ?? this.load(workspaceId, topic, partition);
    this.#steps.set(name, steps);
    const { rules } = (await steps).findLast((step) => step.position < position)?.inForce ?? NOTHING;
    return this.rules.compiled(workspaceId, rules);
  }

  /** Publications that have reached a partition since it was first asked about are read too. */
  forget(): void {
    this.#steps.clear();
  }

  private async load(workspaceId: Uuid, topic: string, partition: number): Promise<readonly Step[]> {
    const steps: Step[] = [];
    let inForce = NOTHING;
    const activations = await this.registry.activations(workspaceId, topic, partition);
    for (const [number, rules] of Map.groupBy(activations, (one) => one.number)) {
      inForce = switched(inForce, { number, rules });
      steps.push({ position: (rules[0] as { position: number }).position, inForce });
    }
    return steps;
  }
}
