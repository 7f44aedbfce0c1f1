/** The bench's workspace: the demo's rules published, one signed SendGrid source. */
import { createWorkspace } from '#adapters/postgres/registry/workspaces.js';
import { createSource } from '#adapters/postgres/sources/sources.js';
import { publishRules } from '#apps/rules/publish-rules.js';
import { createSendGridKeys } from '#apps/standalone/demo/demo-secrets.js';
import type { Uuid } from '#contracts/ids.js';
import type { RuleFile } from '#engine/publishing/publish.js';
import { installed } from '#platform/runtime/installation.js';
import { readRuleFiles } from '#platform/runtime/rule-files.js';
import type { Runtime } from '#platform/runtime/runtime.js';

export interface BenchWorkspace {
  readonly id: Uuid;
  readonly sourceId: Uuid;
  /** Path of its source below `/ingest/`. */
  readonly path: string;
  /** PEM of the key that its sender signs with. */
  readonly privateKey: string;
  /** The public half, base64 SPKI DER. */
  readonly publicKey: string;
}

/** Made anew; the runtime's database must not have a workspace of its name. `more`: rules beside the demo's. */
export async function benchWorkspace(runtime: Runtime, more: readonly RuleFile[] = []): Promise<BenchWorkspace> {
  const { pool, masterKey, configuration } = runtime;
  const workspace = await createWorkspace(pool, masterKey, configuration.workspace);
  if (!workspace) throw new Error('the workspace is there already');
  await runtime.workspaceKeys.makeAhead();
  const published = await publishRules(runtime, workspace.id, [
    ...(await readRuleFiles(installed('library', 'demo'))),
    ...more,
  ]);
  if (published.outcome === 'refused') throw new Error(`the rules are refused: ${published.problems[0]?.problem}`);
  const keys = createSendGridKeys();
  const made = await createSource(pool, masterKey, {
    workspaceId: workspace.id,
    name: 'sendgrid',
    provider: 'sendgrid',
    settings: { scheme: 'sendgrid-ecdsa-p256-sha256', keyFormat: 'spki-der-base64' },
    keys: [keys.publicKey],
  });
  if (!made) throw new Error('the source is there already');
  const { id: sourceId, path } = made.source;
  return { id: workspace.id, sourceId, path, privateKey: keys.privateKeyPem, publicKey: keys.publicKey };
}
