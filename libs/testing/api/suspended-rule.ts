/** A rule that keeps failing, suspended as the engine does it. */
import { publishRules } from '#apps/rules/publish-rules.js';
import { FAILURES, Forgiven, suspendFailingRules } from '#apps/rules/suspend-rules.js';
import type { Uuid } from '#contracts/ids.js';
import { event, type RunningEngine } from './running-engine.js';

interface Counted {
  readonly inForce: number;
  readonly of: number;
  readonly items: readonly { readonly name: string; readonly counts: { readonly failed: number } }[];
}

/** Asks for a key that no click has. */
export const flakyYaml = (rule: string) =>
  `rule: ${rule}\non: clicked\nwhere: event.metadata["plan"] == "pro"\nthen:\n  - add_score: 1\n`;

/** Publishes it as version 1 in the demo workspace, has it fail as often as it takes, and has the engine look. */
export async function suspendedRule(
  { runtime, workspace, sendgrid, askUntil }: RunningEngine,
  rule: string,
): Promise<void> {
  const named = await runtime.pool.query<{ id: Uuid }>('select id from registry.workspace where name = $1', [
    workspace,
  ]);
  const id = named.rows[0]?.id;
  if (id === undefined) throw new Error(`there is no workspace ${workspace}`);
  await publishRules(runtime, id, [{ path: `rules/${rule}.yaml`, text: flakyYaml(rule) }]);
  await askUntil<Counted>('/v1/rules', ({ inForce, of }) => inForce === of);
  await sendgrid(
    Array.from({ length: FAILURES }, (_, nth) =>
      event('often@example.com', 'click', { url: `https://example.com/${nth}` }),
    ),
  );
  await askUntil<Counted>('/v1/rules', ({ items }) =>
    items.some(({ name, counts }) => name === rule && counts.failed === FAILURES),
  );
  const suspended = await suspendFailingRules(runtime, new Forgiven());
  if (!suspended.includes(rule)) throw new Error(`${rule} was not suspended`);
}
