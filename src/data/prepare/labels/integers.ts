/** Whole numbers that are read as sentiment, but may be classes. */
import { type Dataset, perSplit, splitNames } from '../../dataset.js'
import { withSplits } from '../split/views.js'

/** More distinct numbers are no classes. */
const mostClasses = 100

/**
 * A data set whose labels are taken for classes where they are whole numbers: if classes are asked
 * for, or where nothing is said and there are exactly two numbers from 0 on, as humour and sarcasm
 * are labelled; a remark offers classes for other whole numbers. Data that have classes stay as they
 * are.
 *
 * @param target what is to be predicted, or `auto`
 */
export function chooseIntegers(dataset: Dataset, target: string): Dataset {
  if (target === 'classes') return asClasses(dataset) ?? dataset
  if (target !== 'auto') return dataset
  const values = wholeNumbers(dataset)
  if (!values) return dataset
  if (values.length !== 2 || values.some((value) => value < 0)) return offered(dataset, values)
  return asClasses(dataset, '--target sentiment reads them as sentiment') ?? dataset
}

/** The same with a remark that its labels may be classes. */
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
 * The labels as classes, called by their numbers, in place of the sentiment; undefined where they
 * are no whole numbers, or the data has classes already.
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

/** The distinct labels in their order, where they are whole numbers and no classes are known. */
function wholeNumbers({ splits, classNames }: Dataset): number[] | undefined {
  if (classNames || splitNames.some((name) => !splits[name].targets.sentiment)) return undefined
  const found = new Set<number>()
  for (const name of splitNames) {
    for (const label of splits[name].targets.sentiment ?? []) {
      if (!Number.isInteger(label)) return undefined
      // -0 and 0 are one.
      found.add(label + 0)
      if (found.size > mostClasses) return undefined
    }
  }
  return [...found].sort((one, other) => one - other)
}
