/** Class names of MMSA pickles. */

import { LimbicError } from '../../../base/errors.js'

/** The class indices of one split, and the class name of each sample. */
export interface AnnotatedClasses {
  readonly where: string
  readonly classes: Int32Array
  readonly annotations?: readonly string[]
}

/** MMSA's names of the three classes of sentiment; a file may have no neutral samples. */
const sentimentNames = ['Negative', 'Neutral', 'Positive']

/**
 * The class names in the order of their indices, inferred from the annotation of each sample. An
 * index that never occurs, or occurs without a name, is named by its number.
 *
 * @throws LimbicError if one index has two names, or one name two indices.
 */
export function learnClassNames(splits: readonly AnnotatedClasses[]): {
  readonly names: readonly string[]
  readonly notes: readonly string[]
} {
  const names = new Map<number, string>()
  const indices = new Map<string, number>()
  let highest = 0
  for (const { where, classes, annotations } of splits) {
    classes.forEach((index, row) => {
      highest = Math.max(highest, index)
      const name = annotations?.[row]
      if (name === undefined) return
      const [knownName, knownIndex] = [names.get(index), indices.get(name)]
      if (knownName === undefined && knownIndex === undefined) {
        names.set(index, name)
        indices.set(name, index)
      } else if (knownName !== name) {
        throw new LimbicError('classification_labels and annotations contradict each other', {
          where: `${where}, row ${row}`,
          expected:
            knownName === undefined
              ? `class ${knownIndex} with "${name}", as before`
              : `"${knownName}" with class ${index}, as before`,
          got: `class ${index} with "${name}"`,
        })
      }
    })
  }
  const isSentiment =
    highest === 2 &&
    names.size > 0 &&
    [...names].every(([index, name]) => sentimentNames[index] === name)
  const occurring = new Set(splits.flatMap(({ classes }) => [...new Set(classes)]))
  const complete = Array.from(
    { length: highest + 1 },
    (_, index) =>
      names.get(index) ?? (isSentiment ? sentimentNames[index] : undefined) ?? `class ${index}`,
  )
  const absent = complete.filter((_, index) => !occurring.has(index))
  const notes = absent.map((name) => `no sample is of class ${complete.indexOf(name)} (${name})`)
  return { names: complete, notes }
}
