/** What runs imports that are due, as the API knows it. */
export interface ImportRunner {
  start(): void;
  /** An import may be due. */
  wake(): void;
  /** What runs stops in order, to be gone on with later. */
  stop(): Promise<void>;
}
