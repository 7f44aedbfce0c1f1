/**
 * What the senders did, as JSON lines on disk: a request is on it before it is sent, its answer before the next is sent. The checker
 * believes this file and nothing else.
 */
import { type FileHandle, open } from 'node:fs/promises';

/** One engagement as its sender knows it. `ref` is the sender's own name for it, carried along in the event. */
export interface SentEvent {
  readonly ref: string;
  /** Address, in lower case. */
  readonly contact: string;
  /** Canonical type. */
  readonly type: string;
}

export type JournalLine =
  | {
      readonly kind: 'sent';
      readonly request: string;
      /** Requests of one lane are sent one after the other, each until it is acknowledged. */
      readonly lane: number;
      /** All of its events were acknowledged before: nothing may come of it. */
      readonly again: boolean;
      readonly events: readonly SentEvent[];
    }
  | { readonly kind: 'answered'; readonly request: string /** 0: no answer. */; readonly status: number };

interface Waiting {
  readonly line: string;
  resolve(): void;
  reject(error: unknown): void;
}

export class Journal {
  #waiting: Waiting[] = [];
  #writing: Promise<void> | null = null;

  private constructor(private readonly file: FileHandle) {}

  static async open(path: string): Promise<Journal> {
    return new Journal(await open(path, 'a'));
  }

  /** Resolves when the line is on disk. */
  write(line: JournalLine): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line: `${JSON.stringify(line)}\n`, resolve, reject });
      this.#writing ??= this.#run().finally(() => {
        this.#writing = null;
      });
    });
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.file.close();
  }

  /** Lines that wait while the disk is busy share the next sync. */
  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const joined = this.#waiting.splice(0);
      try {
        await this.file.appendFile(joined.map(({ line }) => line).join(''));
        await this.file.datasync();
        for (const { resolve } of joined) resolve();
      } catch (error) {
        for (const { reject } of joined) reject(error);
      }
    }
  }
}
