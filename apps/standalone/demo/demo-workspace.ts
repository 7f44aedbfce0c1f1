/** The first start's demo workspace: two sources, some contacts, three published rules. A second start finds it as it is. */

import { createWorkspace, findWorkspace, type Workspace } from '#adapters/postgres/registry/workspaces.js';
import { createSource } from '#adapters/postgres/sources/sources.js';
import { publishRules } from '#apps/rules/publish-rules.js';
import { deriveId, subjectOf } from '#contracts/ids.js';
import type { ContactUpsertInput } from '#contracts/inputs.js';
import { sealInput } from '#engine/sealing/input-codec.js';
import { readRuleFiles } from '#platform/runtime/rule-files.js';
import type { Runtime } from '#platform/runtime/runtime.js';
import { createSendGridKeys, readDemoSecrets, writeDemoSecrets } from './demo-secrets.js';
import { DEMO_OWNER, DEMO_PEOPLE, type DemoPerson } from './people.js';

const LIBRARY = new URL('../../../../library/demo/', import.meta.url);

/** The workspace `name`, made with the demo in it when it is not there yet. Crash in between: the next start does the rest. */
export async function ensureDemoWorkspace(runtime: Runtime, name: string): Promise<Workspace> {
  const { pool, masterKey, configuration } = runtime;
  const workspace =
    (await findWorkspace(pool, name)) ??
    (await createWorkspace(pool, masterKey, name)) ??
    (await findWorkspace(pool, name));
  if (!workspace) throw new Error(`the workspace ${name} could neither be made nor found`);
  if (readDemoSecrets(configuration.dataDir) !== null) return workspace;
  await runtime.workspaceKeys.makeAhead();
  const published = await publishRules(runtime, workspace.id, await readRuleFiles(LIBRARY), { author: 'demo' });
  if (published.outcome === 'refused')
    throw new Error(`the demo's rules are refused: ${published.problems[0]?.problem ?? ''}`);
  await runtime.log.append(await Promise.all(DEMO_PEOPLE.map((person) => upsertOf(runtime, workspace, person))));
  await createDemoSources(runtime, workspace);
  return workspace;
}

async function upsertOf(runtime: Runtime, workspace: Workspace, person: DemoPerson) {
  const { topics, workspaceKeys, clock } = runtime;
  const identity = { kind: 'email', value: person.email };
  const at = clock();
  const input: ContactUpsertInput = {
    type: 'contact_upsert',
    v: 1,
    data: { firesRules: false },
    pii: {
      identity,
      set: { first_name: person.firstName, company: person.company, title: person.title },
      stage: 'lead',
      owner: DEMO_OWNER,
    },
  };
  const address = {
    topic: topics.engagements,
    key: subjectOf(await workspaceKeys.secret(workspace.id), identity),
    workspaceId: workspace.id,
    id: deriveId('demo contact', workspace.id, person.email),
    at,
  };
  return sealInput(input, address, await workspaceKeys.daily(workspace.id, at));
}

async function createDemoSources({ pool, masterKey, configuration }: Runtime, workspace: Workspace): Promise<void> {
  const keys = createSendGridKeys();
  const suffix = workspace.createdAt.toString(36).slice(-4);
  const sendgrid = await createSource(pool, masterKey, {
    workspaceId: workspace.id,
    name: `sendgrid-${suffix}`,
    provider: 'sendgrid',
    settings: { scheme: 'sendgrid-ecdsa-p256-sha256', keyFormat: 'spki-der-base64' },
    keys: [keys.publicKey],
  });
  const hmac = await createSource(pool, masterKey, {
    workspaceId: workspace.id,
    name: `website-${suffix}`,
    provider: 'generic-hmac',
    settings: {
      scheme: 'generic-hmac',
      algorithm: 'sha256',
      header: 'x-webhook-signature',
      encoding: 'hex',
      signedContent: '{timestamp}.{body}',
      timestampHeader: 'x-webhook-timestamp',
    },
  });
  if (!sendgrid || !hmac)
    throw new Error(`the demo's sources are there, but ${configuration.dataDir}/demo.json is not`);
  writeDemoSecrets(configuration.dataDir, {
    sendgrid: { path: sendgrid.source.path, privateKeyPem: keys.privateKeyPem },
    hmac: { path: hmac.source.path, secret: hmac.keys[0] ?? '' },
  });
}
