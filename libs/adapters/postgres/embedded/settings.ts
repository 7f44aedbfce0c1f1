/** Server settings by name, as `postgres -c name=value` takes them. */
export type ServerSettings = Readonly<Record<string, string>>;

/** For a shared box of two cores. An acknowledged write is on disk: fsync and synchronous_commit stay on. */
export const EMBEDDED_SETTINGS: ServerSettings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  max_connections: '100',
  max_wal_size: '2GB',
  min_wal_size: '256MB',
  // Sealed bytes do not compress, and pglz on the pages after a checkpoint takes a sixth of the server's CPU.
  wal_compression: 'off',
  checkpoint_timeout: '15min',
  random_page_cost: '1.1',
  jit: 'off',
  // Two cores: a query that takes both for itself makes every other one wait.
  max_parallel_workers_per_gather: '0',
  autovacuum_naptime: '15s',
};

/** What every server of ours needs: loopback only, UTC, and a log that never repeats the values of a statement. */
export const COMMON_SETTINGS: ServerSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  TimeZone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_parameter_max_length_on_error: '0',
  log_checkpoints: 'off',
  logging_collector: 'off',
  log_destination: 'stderr',
};

/** The settings as arguments; later ones win. */
export function settingArguments(...settings: readonly ServerSettings[]): string[] {
  return Object.entries(Object.assign({}, ...settings)).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
