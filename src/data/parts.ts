/** Which parts of a file to read, and their names in it. */
import { type SplitName, splitNames } from './dataset.js'

/**
 * The parts of a file that it may give names of its own: splits, labels, ids, and a table's split
 * column.
 */
export const namedParts = [...splitNames, 'labels', 'id', 'split'] as const
export type NamedPart = (typeof namedParts)[number]

/** Which parts of a file to read, and their names in it. */
export interface PartsOptions {
  /** Names in the file that Limbic does not recognise, such as `{ valid: 'holdout' }`. */
  readonly names?: Readonly<Partial<Record<NamedPart, string>>>
  /**
   * Read only one split: the first of these that the file has. The others stay empty and may be
   * missing. A file without splits counts as that split.
   */
  readonly only?: readonly SplitName[]
  /** Whether splits may be missing (they stay empty), because the samples will be split again. */
  readonly partial?: boolean
  /** Whether labels may be missing, because they will be predicted. */
  readonly unlabelled?: boolean
}
