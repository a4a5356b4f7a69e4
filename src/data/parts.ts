/** Which parts of a file are read, and what the file calls them. */
import { type SplitName, splitNames } from './dataset.js'

/** What a file may call its splits, its labels and its ids, and the column of a table that says the split. */
export const namedParts = [...splitNames, 'labels', 'id', 'split'] as const
export type NamedPart = (typeof namedParts)[number]

/** Which parts of a file are read, and what they are called in it. */
export interface PartsOptions {
  /** Names in the file that Limbic does not know by itself, such as `{ valid: 'holdout' }`. */
  readonly names?: Readonly<Partial<Record<NamedPart, string>>>
  /**
   * Read one split alone, the first of these that the file has; the others stay empty, and need
   * not be there. A file without splits is that split.
   */
  readonly only?: readonly SplitName[]
  /** Whether splits may be missing, because the samples are divided anew; they stay empty. */
  readonly partial?: boolean
  /** Whether labels may be missing, because they are to be predicted. */
  readonly unlabelled?: boolean
}
