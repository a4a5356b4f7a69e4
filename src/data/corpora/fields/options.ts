/** Options shared by the readers of feature files. */

import { basename } from 'node:path'
import type { Modality } from '../../dataset.js'
import type { PartsOptions } from '../../parts.js'
import type { InvalidPolicy } from '../../prepare/invalid/invalid.js'
import type { LabelPolicy } from '../../prepare/labels/settle.js'

/** Options of the readers of feature files: pickles, and folders of folds. */
export interface FeatureFileOptions extends PartsOptions {
  /** The name of the data set; by default the file's name. */
  readonly name?: string
  /** The field to read for a modality, where it is not the modality's own name; false leaves it out. */
  readonly modalities?: Readonly<Partial<Record<Modality, string | false>>>
  /** What to do with NaN and infinity among the features; 'mean' by default. */
  readonly invalid?: InvalidPolicy
  /** What to do with sentiment beyond -3 to 3, and with samples without a label; see `settleLabels`. */
  readonly labels?: LabelPolicy | undefined
  /**
   * Whether to look for invalid numbers on opening (default); if false, `invalid` has no effect and
   * features are read as stored.
   */
  readonly scan?: boolean
}

/** Extensions of feature files, compressed or not. */
const endings =
  /(\.(pkl|pickle|pk|p|dat|data|pt|pth|joblib|npz|npy|h5|hdf5|mat|csv|tsv|arff|parquet))?(\.(gz|bz2|xz|zip|z))?$/i

/** The name of the data set of a feature pickle: the given one, or the file's. */
export function datasetName(path: string, { name }: FeatureFileOptions): string {
  return name ?? basename(path).replace(endings, '')
}
