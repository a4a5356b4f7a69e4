/** Integer labels that are read as sentiment but may be classes. */
import { type Dataset, perSplit, splitNames } from '../../dataset.js'
import { withSplits } from '../split/views.js'

/** With more distinct numbers, labels are not classes. */
const mostClasses = 100

/**
 * Reads integer labels as classes if classes are requested, or if the target is `auto` and there
 * are exactly two distinct labels, both from 0 on, as in data of humour and sarcasm; for other
 * integers a note suggests classes. Data that already has classes is unchanged.
 *
 * @param target the target to predict, or `auto`
 */
export function chooseIntegers(dataset: Dataset, target: string): Dataset {
  if (target === 'classes') return asClasses(dataset) ?? dataset
  if (target !== 'auto') return dataset
  const values = wholeNumbers(dataset)
  if (!values) return dataset
  if (values.length !== 2 || values.some((value) => value < 0)) return offered(dataset, values)
  return asClasses(dataset, '--target sentiment reads them as sentiment') ?? dataset
}

/** The same data set with a note that its labels may be classes. */
function offered(dataset: Dataset, values: readonly number[]): Dataset {
  const [least, greatest] = [values.at(0), values.at(-1)]
  const range = least === greatest ? `${least}` : `${least} to ${greatest}`
  return withSplits(
    dataset,
    dataset.splits,
    `the labels are whole numbers, ${range}, read as sentiment; --target classes reads them as classes`,
  )
}

/**
 * The data set with classes, named by their numbers, in place of the sentiment; undefined if the
 * labels are not integers or the data already has classes.
 */
export function asClasses(dataset: Dataset, otherwise?: string): Dataset | undefined {
  const values = wholeNumbers(dataset)
  if (!values) return undefined
  const indices = new Map(values.map((value, index) => [value, index]))
  const splits = perSplit((name) => {
    const { sentiment, ...targets } = dataset.splits[name].targets
    const classes = Int32Array.from(sentiment ?? [], (label) => indices.get(label + 0) ?? 0)
    return { ...dataset.splits[name], targets: { ...targets, classes } }
  })
  const classNames = values.map(String)
  const note = `the labels ${classNames.join(', ')} are read as classes`
  return {
    ...withSplits(dataset, splits, otherwise === undefined ? note : `${note}; ${otherwise}`),
    classNames,
  }
}

/** The distinct labels, sorted, if they are integers and the data has no classes. */
function wholeNumbers({ splits, classNames }: Dataset): number[] | undefined {
  if (classNames || splitNames.some((name) => !splits[name].targets.sentiment)) return undefined
  const found = new Set<number>()
  for (const name of splitNames) {
    for (const label of splits[name].targets.sentiment ?? []) {
      if (!Number.isInteger(label)) return undefined
      // -0 and 0 are the same label.
      found.add(label + 0)
      if (found.size > mostClasses) return undefined
    }
  }
  return [...found].sort((one, other) => one - other)
}
