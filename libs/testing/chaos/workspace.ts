/** The workspace of a fault run: of a standalone's first start, or made for services on their own. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishRules } from '#apps/rules/publish-rules.js';
import { ensureDemoWorkspace } from '#apps/standalone/demo/demo-workspace.js';
import { keptApiKey } from '#apps/standalone/local-access.js';
import { readConfiguration } from '#platform/configuration/configuration.js';
import { createLogger } from '#platform/logging/logger.js';
import { LOCAL_KEY_FILE } from '#platform/runtime/instance-file.js';
import { readRuleFiles } from '#platform/runtime/rule-files.js';
import { openServiceRuntime } from '#platform/runtime/service-runtime.js';
import { until } from '../until.js';

/** Its name. */
export const WORKSPACE = 'fault-run';

export interface Access {
  readonly workspaceId: string;
  readonly apiKey: string;
}

/** What the first start of a standalone made in its data folder. */
export async function localWorkspace(dataDir: string): Promise<Access> {
  // Written last, when everything of a start is there.
  await until(() => existsSync(join(dataDir, 'instance.json')));
  const apiKey = readFileSync(join(dataDir, 'api.key'), 'utf8').trim();
  const { workspace } = JSON.parse(readFileSync(join(dataDir, 'instance.json'), 'utf8')) as {
    workspace: { id: string };
  };
  return { workspaceId: workspace.id, apiKey };
}

/** Makes it, with `rules` published, as a process beside the services. `env`: the settings that they share. */
export async function createdWorkspace(
  env: Readonly<Record<string, string>>,
  dataDir: string,
  rules: string,
): Promise<Access> {
  mkdirSync(dataDir, { recursive: true });
  const configuration = readConfiguration({ ...env, AFTERCLICK_DATA: dataDir });
  const runtime = await openServiceRuntime(configuration, createLogger('error'));
  try {
    const { id: workspaceId } = await ensureDemoWorkspace(runtime, WORKSPACE);
    await runtime.workspaceKeys.makeAhead();
    const published = await publishRules(runtime, workspaceId, await readRuleFiles(rules));
    if (published.outcome === 'refused') throw new Error(`the rules are refused: ${published.problems[0]?.problem}`);
    const apiKey = await keptApiKey(runtime.pool, dataDir, { workspaceId, file: LOCAL_KEY_FILE });
    return { workspaceId, apiKey };
  } finally {
    await runtime.close();
  }
}
