/** The first start's demo workspace: two sources, some contacts, three published rules. A second start finds it as it is. */

import { createWorkspace, findWorkspace, type Workspace } from '#adapters/postgres/registry/workspaces.js';
import {
  createSource,
  type KeyedSource,
  listSources,
  type NewSource,
  rotateSource,
} from '#adapters/postgres/sources/sources.js';
import { publishRules } from '#apps/rules/publish-rules.js';
import { deriveId, subjectOf } from '#contracts/ids.js';
import type { ContactUpsertInput } from '#contracts/inputs.js';
import { sealInput } from '#engine/sealing/input-codec.js';
import { installed } from '#platform/runtime/installation.js';
import { readRuleFiles } from '#platform/runtime/rule-files.js';
import type { Runtime } from '#platform/runtime/runtime.js';
import { createSendGridKeys, readDemoSecrets, writeDemoSecrets } from './demo-secrets.js';
import { DEMO_OWNER, DEMO_PEOPLE, type DemoPerson } from './people.js';

/** The one workspace that gets a demo: one of your own name stays as you fill it. */
export const DEMO_WORKSPACE = 'demo';

/**
 * The workspace `name`, made when it is not there yet; the one called `demo` with the demo in it. What a crash left undone, and a demo
 * whose secrets are not in this data folder, the next start makes good.
 */
export async function ensureDemoWorkspace(runtime: Runtime, name: string): Promise<Workspace> {
  const { pool, masterKey, configuration } = runtime;
  const workspace =
    (await findWorkspace(pool, name)) ??
    (await createWorkspace(pool, masterKey, name)) ??
    (await findWorkspace(pool, name));
  if (!workspace) throw new Error(`the workspace ${name} could neither be made nor found`);
  if (name !== DEMO_WORKSPACE || readDemoSecrets(configuration.dataDir)?.workspaceId === workspace.id) return workspace;
  await runtime.workspaceKeys.makeAhead();
  const published = await publishRules(runtime, workspace.id, await readRuleFiles(installed('library', 'demo')), {
    author: 'demo',
  });
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
  return sealInput(input, address, await workspaceKeys.daily(workspace.id, at, 'engagements'));
}

async function createDemoSources(runtime: Runtime, workspace: Workspace): Promise<void> {
  const keys = createSendGridKeys();
  const sendgrid = await keyedSource(runtime, {
    workspaceId: workspace.id,
    name: 'sendgrid',
    provider: 'sendgrid',
    settings: { scheme: 'sendgrid-ecdsa-p256-sha256', keyFormat: 'spki-der-base64' },
    keys: [keys.publicKey],
  });
  const hmac = await keyedSource(runtime, {
    workspaceId: workspace.id,
    name: 'website',
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
  writeDemoSecrets(runtime.configuration.dataDir, {
    workspaceId: workspace.id,
    sendgrid: { path: sendgrid.source.path, privateKeyPem: keys.privateKeyPem },
    hmac: { path: hmac.source.path, secret: hmac.keys[0] ?? '' },
  });
}

/** A source that is there already gets new keys: its old ones are lost with the file that held them. */
async function keyedSource({ pool, masterKey, clock }: Runtime, wish: NewSource): Promise<KeyedSource> {
  const made = await createSource(pool, masterKey, wish);
  if (made) return made;
  const { workspaceId, name, settings, keys } = wish;
  const there = (await listSources(pool, workspaceId)).find((source) => source.name === name);
  if (!there) throw new Error(`the demo's source ${name} could neither be made nor found`);
  const ref = { workspaceId, id: there.id, expectedVersion: null };
  const given = keys === undefined ? {} : { keys };
  const now = clock();
  const how = { scheme: settings.scheme, now, oldUntil: now, ...given };
  const rotated = await rotateSource(pool, masterKey, ref, how);
  if (typeof rotated === 'string') throw new Error(`the demo's source ${name} could not be given new keys: ${rotated}`);
  return rotated;
}
