/** Ids that stand for more than one sample. */
import { examplesOf } from '../../../base/text/list.js'
import { type Dataset, splitNames } from '../../dataset.js'
import { withSplits } from '../split/views.js'

/**
 * Notes on ids shared by several samples: within a split they are ambiguous, and across splits a
 * model is tested on samples that it was trained on.
 */
export function idRemarks({ splits }: Pick<Dataset, 'splits'>): string[] {
  const remarks: string[] = []
  const seen = new Set<string>()
  for (const [index, name] of splitNames.entries()) {
    const { ids } = splits[name]
    const own = new Set<string>()
    const repeated = new Set(ids.filter((id) => own.size === own.add(id).size))
    if (repeated.size > 0) {
      const [count, verb] =
        repeated.size === 1 ? ['1 id', 'stands'] : [`${repeated.size} ids`, 'stand']
      remarks.push(`${name}: ${count} ${verb} for several samples: ${examplesOf([...repeated])}`)
    }
    const shared = ids.filter((id) => seen.has(id)).length
    const others = splitNames.slice(0, index).join(' or ')
    if (shared > 0) remarks.push(`${name}: ${shared} ids are also in ${others}`)
    for (const id of own) seen.add(id)
  }
  return remarks
}

/** The data set with these notes added, unless it has them already. */
export function withIdRemarks(dataset: Dataset): Dataset {
  const added = idRemarks(dataset).filter((remark) => !dataset.notes.includes(remark))
  return added.length === 0 ? dataset : withSplits(dataset, dataset.splits, ...added)
}
