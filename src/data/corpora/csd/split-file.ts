/** Reads the JSON file that assigns videos to splits. */

import { z } from 'zod'
import { LimbicError } from '../../../base/errors.js'
import { readJson } from '../../../disk/files.js'
import { type SplitName, splitNames } from '../../dataset.js'
import { splitOf } from '../fields/index.js'

/** The videos of each split. */
export type VideoSplit = Readonly<Record<SplitName, readonly string[]>>

const videoIds = z.array(z.string())
const layout = z.object({ train: videoIds, valid: videoIds, test: videoIds })

/** Renames the splits of a file with other common names (`val`, `dev`) to the usual ones. */
function usualNames(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value).map(([name, videos]): [string, unknown] => {
    const split = splitOf(name)
    return split === undefined || Object.hasOwn(value, split) ? [name, videos] : [split, videos]
  })
  return Object.fromEntries(entries)
}

/**
 * Reads which videos belong to which split, from a JSON file with the lists `train`, `valid` (or
 * `val`, `dev`) and `test`, or from an object of that form.
 *
 * @throws LimbicError if the file cannot be read, is not of that form, or names a video twice.
 */
export function readVideoSplit(source: string | VideoSplit): VideoSplit {
  const where = typeof source === 'string' ? source : 'split'
  const parsed = layout.safeParse(
    usualNames(typeof source === 'string' ? readJson(source) : source),
  )
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new LimbicError('not a split of videos', {
      where,
      expected: 'an object with the lists of video ids train, valid and test',
      got: issue ? `${issue.path.join('.') || 'the whole'}: ${issue.message}` : 'something else',
    })
  }
  const placed = new Map<string, SplitName>()
  for (const split of splitNames) {
    for (const video of parsed.data[split]) {
      const other = placed.get(video)
      if (other !== undefined) {
        throw new LimbicError('a video is in the split twice', {
          where,
          got: `${video} in ${other} and in ${split}`,
          hint: 'Test figures would be too good: remove one',
        })
      }
      placed.set(video, split)
    }
  }
  return parsed.data
}
