/** The embedded server cannot be had here; the message names the cure. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** Another live process owns the data folder. */
export class DataDirTakenError extends Error {
  override readonly name = 'DataDirTakenError';

  constructor(
    readonly dataDir: string,
    readonly owner: { readonly pid: number; readonly command: string; readonly since: string },
  ) {
    super(
      `${dataDir} is in use by process ${owner.pid} ("${owner.command}", since ${owner.since}). ` +
        'Stop that one first (Ctrl-C there, or kill its pid), or give this one a data folder of its own.',
    );
  }
}
