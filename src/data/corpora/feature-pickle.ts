/** The part of opening a feature pickle that all layouts share. */
import { closeOnFailure } from '../../disk/files.js'
import type { PickleFile } from '../../formats/pickle/index.js'
import { validateDataset } from '../check.js'
import { type Dataset, perSplit } from '../dataset.js'
import { settleLabels } from '../prepare/labels/settle.js'
import { withSplits } from '../prepare/split/views.js'
import type { FeatureFileOptions } from './fields/options.js'

/** Data for prediction needs no labels, and keeps samples whose label is missing. */
function unlabelled(dataset: Dataset): Dataset {
  const splits = perSplit((name) => ({ ...dataset.splits[name], targets: {} }))
  return withSplits(dataset, splits)
}

/**
 * The data set that `read` finds in a pickle, with labels settled and everything checked.
 *
 * @param pickle is closed with the data set, or on failure
 * @throws LimbicError that names file, split, field and row
 */
export function openFeaturePickle(
  path: string,
  options: FeatureFileOptions,
  pickle: PickleFile,
  read: () => Dataset,
): Dataset {
  return closeOnFailure(pickle, () => {
    const whole = read()
    const dataset = options.unlabelled ? unlabelled(whole) : settleLabels(whole, options.labels)
    validateDataset(dataset, path, options)
    return dataset
  })
}
