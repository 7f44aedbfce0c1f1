/** Where the embedded server's life is told, a line for each event. */
export interface EmbeddedPostgresLog {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}
