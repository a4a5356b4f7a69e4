/** Which parts of a file to read, and their names in it. */
import { type SplitName, splitNames } from './dataset.js'

/** A file's names for its splits, labels and ids, and for a table's column of splits. */
export const namedParts = [...splitNames, 'labels', 'id', 'split'] as const
export type NamedPart = (typeof namedParts)[number]

/** Which parts of a file to read, and their names in it. */
export interface PartsOptions {
  /** Names in the file that Limbic does not recognise, such as `{ valid: 'holdout' }`. */
  readonly names?: Readonly<Partial<Record<NamedPart, string>>>
  /**
   * Read one split alone, the first of these that the file has; the others stay empty, and need
   * not be there. A file without splits is that split.
   */
  readonly only?: readonly SplitName[]
  /** Whether splits may be missing (they stay empty), because the samples will be split again. */
  readonly partial?: boolean
  /** Whether labels may be missing, because they will be predicted. */
  readonly unlabelled?: boolean
}
