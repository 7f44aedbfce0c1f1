/**
 * Named statements: the text of every bulk statement and query has a name, is prepared once per connection under it, and is written
 * to `golden/NAME.sql`, so that a review sees a changed query (statement.spec.ts fails when a golden file is stale).
 *
 *     const LOAD = statement('read.contact.load', `select … where workspace_id = $1`);
 *     await client.query(bind(LOAD, [workspaceId]));
 */

export interface Statement {
  readonly name: string;
  readonly text: string;
}

const registry = new Map<string, Statement>();

/**
 * Declares a statement at module level. `name` is `area.table.verb` in lower case, at most 63 characters (Postgres cuts longer
 * ones), and its own: a second text under it throws.
 */
export function statement(name: string, text: string): Statement {
  if (!/^[a-z][a-z0-9_.]{2,62}$/.test(name))
    throw new Error(`statement name ${name} is not area.table.verb in lower case`);
  const declared = { name, text: text.trim() };
  const earlier = registry.get(name);
  if (earlier && earlier.text !== declared.text) throw new Error(`two statements are named ${name}`);
  registry.set(name, declared);
  return declared;
}

/** What pg's `query` takes: prepared under the statement's name at first use on a connection, bound afterwards. */
export function bind(of: Statement, values: unknown[]): { name: string; text: string; values: unknown[] } {
  return { name: of.name, text: of.text, values };
}

/** All that were declared by the modules loaded so far, by name. */
export function statements(): readonly Statement[] {
  return [...registry.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
