/** Published splits of raw corpora: one list of ids per split. */
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LimbicError } from '../../../base/errors.js'
import { type SplitName, splitNames } from '../../dataset.js'
import type { RawClip, RawFolder } from './clip.js'
import { readAnyLines } from './text.js'

const listOf = (split: SplitName) => `${split}_split.txt`

/**
 * The split of each id, from a folder with `train_split.txt`, `valid_split.txt` and
 * `test_split.txt`.
 */
export function readSplitLists(path: string): Map<string, SplitName> {
  const splits = new Map<string, SplitName>()
  for (const split of splitNames) {
    const file = join(path, listOf(split))
    for (const line of readAnyLines(file)) {
      const id = line.trim()
      const known = splits.get(id)
      if (known !== undefined && known !== split) {
        throw new LimbicError(`a clip is in two splits, ${known} and ${split}`, {
          where: file,
          got: id,
        })
      }
      splits.set(id, split)
    }
  }
  return splits
}

/** A folder of lists in a corpus or beside it, such as `IEMOCAP_SPLIT`. */
export function findSplitLists({ path, files }: RawFolder): string | undefined {
  const inside = files.find((file) => file.endsWith(listOf('train')))
  if (inside !== undefined) return join(path, dirname(inside))
  const name = path
    .split('/')
    .at(-1)
    ?.replace(/_RAW_PROCESSED$/, '')
  const beside = dirname(path)
  const known = `${name}_SPLIT`
  return readdirSync(beside).includes(known) ? join(beside, known) : undefined
}

/**
 * Assigns the splits of the lists to clips.
 *
 * @returns the clips in the lists, the ids of clips in no list, and how many listed ids have no
 * clip
 */
export function assignSplits(
  clips: readonly RawClip[],
  splits: ReadonlyMap<string, SplitName>,
): { clips: RawClip[]; unlisted: string[]; absent: number } {
  const unlisted: string[] = []
  const assigned = clips.flatMap((clip) => {
    const split = splits.get(clip.id)
    if (split === undefined) unlisted.push(clip.id)
    return split === undefined ? [] : [{ ...clip, split }]
  })
  return { clips: assigned, unlisted, absent: splits.size - assigned.length }
}
