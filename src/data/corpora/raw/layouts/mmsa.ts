/** Raw clips in MMSA's layout: `label.csv`, and `Raw/VIDEO/CLIP.mp4`. */
import { posix } from 'node:path'
import { LimbicError } from '../../../../base/errors.js'
import { splitOf } from '../../fields/index.js'
import type { RawClip, RawFolder, RawLayout } from '../clip.js'
import { kindOf } from '../folder.js'
import { readTextTable } from '../text.js'

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
    const clips = readTextTable(path).rows.map(({ cell, line }): RawClip => {
      const [video, clip] = [cell('video_id'), cell('clip_id')]
      const label = cell('label')
      const sentiment = Number(label)
      if (label === '' || Number.isNaN(sentiment)) {
        throw new LimbicError('the label is not a number', {
          where: `${path}, line ${line}`,
          got: label === '' ? 'an empty cell' : label,
        })
      }
      const file = videos.get(`${video}/${clip}`)
      const split = splitOf(cell('mode'))
      return {
        id: `${video}$_$${clip}`,
        media: file === undefined ? {} : { video: { path: folder.absolute(file) } },
        text: cell('text'),
        sentiment,
        speaker: video,
        recording: video,
        ...(split && { split }),
      }
    })
    return { name: posix.basename(folder.path), layout: this.kind, clips, dropped: [], notes: [] }
  },
}
