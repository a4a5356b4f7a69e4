/** Raw clips in MMSA's layout: `label.csv`, and `Raw/VIDEO/CLIP.mp4`. */
import { posix } from 'node:path'
import { LimbicError } from '../../../../base/errors.js'
import { splitOf } from '../../fields/index.js'
import type { RawClip, RawFolder, RawLayout } from '../clip.js'
import { Dropping } from '../dropping.js'
import { kindOf } from '../folder.js'
import { isMissing, readTextTable } from '../text.js'

const tableOf = ({ files }: RawFolder) => files.find((file) => posix.basename(file) === 'label.csv')

export const mmsaRaw: RawLayout = {
  kind: "MMSA's raw clips (label.csv with video_id and clip_id, Raw/VIDEO/CLIP.mp4)",
  recognises(folder) {
    const table = tableOf(folder)
    if (table === undefined) return false
    const { columns } = readTextTable(folder.absolute(table))
    return columns.has('video_id') && columns.has('clip_id') && columns.has('label')
  },
  read(folder) {
    const table = tableOf(folder) ?? ''
    const videos = new Map(
      folder.files
        .filter((file) => kindOf(file) === 'video')
        .map((file) => [
          file
            .split('/')
            .slice(-2)
            .join('/')
            .replace(/\.[^.]*$/, ''),
          file,
        ]),
    )
    const path = folder.absolute(table)
    const dropping = new Dropping()
    const clips = readTextTable(path).rows.flatMap(({ cell, line }): RawClip[] => {
      const [video, clip] = [cell('video_id'), cell('clip_id')]
      const id = `${video}$_$${clip}`
      const label = cell('label')
      const sentiment = Number(label)
      if (isMissing(label)) {
        dropping.drop('no label', id)
        return []
      }
      if (!Number.isFinite(sentiment)) {
        throw new LimbicError('the label is not a number', {
          where: `${path}, line ${line}`,
          got: label,
        })
      }
      const file = videos.get(`${video}/${clip}`)
      const split = splitOf(cell('mode'))
      return [
        {
          id,
          media: file === undefined ? {} : { video: { path: folder.absolute(file) } },
          text: cell('text'),
          sentiment,
          speaker: video,
          recording: video,
          ...(split && { split }),
        },
      ]
    })
    const { dropped } = dropping
    return { name: posix.basename(folder.path), layout: this.kind, clips, dropped, notes: [] }
  },
}
