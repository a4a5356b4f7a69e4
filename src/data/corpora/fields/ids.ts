import { type Split, type SplitName, splitNames } from '../../dataset.js'

/** What samples are called that have no ids in their file, which the notes are told. */
export function rowIds(split: SplitName, samples: number, notes: string[]): string[] {
  notes.push(`${split}: no ids in the file; samples are called by their row`)
  return Array.from({ length: samples }, (_, row) => `${split}-${row}`)
}

/** Ids in more than one split mean that a model is judged on what it has seen. */
export function sharedIds(splits: Record<SplitName, Split>): string[] {
  return (['valid', 'test'] as const).flatMap((name) => {
    const others = splitNames.slice(0, splitNames.indexOf(name))
    const seen = new Set(others.flatMap((other) => splits[other].ids))
    const shared = splits[name].ids.filter((id) => seen.has(id)).length
    return shared > 0 ? [`${name}: ${shared} ids are also in ${others.join(' or ')}`] : []
  })
}
