/** Keeps, merges and drops classes. */
import { z } from 'zod'
import { fullClassName } from '../../../base/emotions.js'
import { LimbicError } from '../../../base/errors.js'
import { elementAt } from '../../../base/lookup.js'
import { suggest, validate } from '../../../base/schema.js'
import { type Dataset, perSplit, type Split, type SplitName } from '../../dataset.js'
import { subset, withSplits } from '../split/views.js'

/** Which classes to use. */
export const classesConfig = z.strictObject({
  keep: z
    .array(z.string().min(1))
    .min(2)
    .optional()
    .describe('classes to keep, in index order; samples of other classes are dropped'),
  merge: z
    .record(z.string(), z.string().min(1))
    .default({})
    .describe('classes to merge into others, such as excited: happy'),
})

export type ClassesOptions = z.input<typeof classesConfig>

/**
 * A data set with fewer classes: `merge` merges one class into another, then samples of classes not
 * in `keep` are dropped, with a note. IEMOCAP's abbreviations and full names are equivalent, and
 * the result has full names. Features are not copied.
 *
 * @throws LimbicError if the data has no classes, a class is not known, or a split would be empty.
 */
export function selectClasses(dataset: Dataset, options: ClassesOptions): Dataset {
  const { keep, merge } = validate(classesConfig, options, 'data.classes')
  const before = (dataset.classNames ?? []).map(fullClassName)
  if (before.length === 0) {
    throw new LimbicError('the data has no classes to choose from', {
      where: dataset.name,
      hint: 'Leave out data.classes, or choose data with one class per sample',
    })
  }
  const merged = new Map<string, string>()
  for (const [from, to] of Object.entries(merge)) {
    merged.set(findClass(fullClassName(from), before, 'data.classes.merge'), fullClassName(to))
  }
  const nameAfter = before.map((name) => merged.get(name) ?? name)
  const possible = [...new Set(nameAfter)]
  const chosen = keep?.map((name) => findClass(fullClassName(name), possible, 'data.classes.keep'))
  const classNames = [...new Set(chosen ?? possible)]
  const newIndex = nameAfter.map((name) => classNames.indexOf(name))
  const notes: string[] = [...merged].map(([from, to]) => `class ${from} counts as ${to}`)
  const splits = perSplit((name) =>
    reindex(dataset.splits[name], newIndex, nameAfter, name, notes, dataset.name),
  )
  return withSplits({ ...dataset, classNames }, splits, ...notes)
}

/**
 * A data set whose class indices are mapped to a model's, if all of its classes are among the
 * model's; a part of a corpus may lack some of them. Otherwise it is returned unchanged.
 */
export function renumberClasses(dataset: Dataset, names: readonly string[]): Dataset {
  const { classNames } = dataset
  if (!classNames || classNames.join() === names.join()) return dataset
  const indices = classNames.map((name) => names.indexOf(name))
  if (indices.includes(-1)) return dataset
  const splits = perSplit((name) => {
    const split = dataset.splits[name]
    const { classes } = split.targets
    if (!classes) return split
    const renumbered = classes.map((index) => indices[index] ?? index)
    return { ...split, targets: { ...split.targets, classes: renumbered } }
  })
  return { ...withSplits(dataset, splits), classNames: names }
}

function reindex(
  split: Split,
  newIndex: readonly number[],
  nameAfter: readonly string[],
  name: SplitName,
  notes: string[],
  where: string,
): Split {
  const old = split.targets.classes ?? new Int32Array()
  const kept = Array.from(old.keys()).filter((row) => (newIndex[old[row] ?? -1] ?? -1) >= 0)
  if (kept.length === 0) {
    throw new LimbicError('no sample of the chosen classes is left', {
      where: `${where}, split ${name}`,
    })
  }
  if (kept.length < old.length) {
    const dropped = new Map<string, number>()
    for (const label of old) {
      if ((newIndex[label] ?? -1) >= 0) continue
      const called = nameAfter[label] ?? `class ${label}`
      dropped.set(called, (dropped.get(called) ?? 0) + 1)
    }
    const listed = [...dropped].map(([called, count]) => `${count} ${called}`).join(', ')
    notes.push(`${name}: ${old.length - kept.length} samples of other classes dropped (${listed})`)
  }
  const part = subset(split, kept)
  const classes = part.targets.classes?.map((label) => elementAt(newIndex, label, 'class'))
  return { ...part, targets: { ...part.targets, ...(classes && { classes }) } }
}

function findClass(name: string, names: readonly string[], where: string): string {
  const found = names.find((other) => other.toLowerCase() === name.toLowerCase())
  if (found !== undefined) return found
  throw new LimbicError(`no class is called "${name}"`, {
    where,
    expected: names.join(', '),
    hint: suggest(name, names),
  })
}
