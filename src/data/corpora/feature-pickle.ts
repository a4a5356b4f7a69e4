/** What opening a feature pickle has in common, whatever its layout. */
import { closeOnFailure } from '../../disk/files.js'
import type { PickleFile } from '../../formats/pickle/index.js'
import { validateDataset } from '../check.js'
import type { Dataset } from '../dataset.js'
import { settleLabels } from '../prepare/labels/settle.js'
import type { FeatureFileOptions } from './fields/options.js'

/**
 * The data set that `read` finds in a pickle, its labels settled and everything checked.
 *
 * @param pickle is closed with the data set, or on failure
 * @throws LimbicError naming file, split, field and row of whatever is wrong
 */
export function openFeaturePickle(
  path: string,
  { labels }: FeatureFileOptions,
  pickle: PickleFile,
  read: () => Dataset,
): Dataset {
  return closeOnFailure(pickle, () => {
    const dataset = settleLabels(read(), labels)
    validateDataset(dataset, path)
    return dataset
  })
}
