/** An import: a file that was handed over, and what is to be made of it. */
import type { Uuid } from '#contracts/ids.js';
import type { About, Counts } from './progress.js';

export const IMPORT_KINDS = ['contacts', 'engagements'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

export const FILE_FORMATS = ['csv', 'ndjson', 'json'] as const;
/** `json`: one JSON array. */
export type FileFormat = (typeof FILE_FORMATS)[number];

/** What is asked, apart from the file. Stored: names stay. */
export interface ImportWish {
  readonly format: FileFormat;
  /** Of the whole file, hex; checked before the first row is taken. */
  readonly sha256?: string;
  /** Between cells; guessed when left out. */
  readonly delimiter?: string;
  /** Field by column; what is left out is guessed. `-`: the column is left out. */
  readonly map?: { readonly [column: string]: string };
  readonly dryRun?: boolean;
  /** Its changes may trigger rules. */
  readonly fire?: boolean;
}

/** `receiving`: the file is not whole. `waiting`: for a process to run it. */
export type ImportState = 'receiving' | 'waiting' | 'running' | 'finished' | 'failed';

export interface Import {
  readonly workspaceId: Uuid;
  readonly id: Uuid;
  readonly kind: ImportKind;
  /** Of engagements: whose they are. */
  readonly sourceId: Uuid | null;
  readonly wish: ImportWish;
  readonly state: ImportState;
  /** Bytes of the file, and those that are here. */
  readonly size: number;
  readonly received: number;
  readonly counts: Counts;
  readonly about: About;
  /** Milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly finishedAt: number | null;
}

/** The right to go on with an import: valid while its row has this epoch. */
export interface ImportFence {
  readonly workspaceId: Uuid;
  readonly id: Uuid;
  readonly epoch: number;
}
