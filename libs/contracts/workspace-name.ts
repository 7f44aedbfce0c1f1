/** What a workspace may be called. */

/** The rule in words. */
export const WORKSPACE_NAME_RULE = '1 to 63 of a–z, 0–9 and hyphens, beginning with a letter';

export function isWorkspaceName(name: string): boolean {
  return /^[a-z][a-z0-9-]{0,62}$/.test(name);
}
