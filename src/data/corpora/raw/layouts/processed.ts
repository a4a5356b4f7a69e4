/** The layout that MESM's authors process IEMOCAP and CMU-MOSEI into: a folder of files a clip. */
import { posix } from 'node:path'
import { fullClassName } from '../../../../base/emotions.js'
import { LimbicError } from '../../../../base/errors.js'
import type { PickleValue } from '../../../../formats/pickle/index.js'
import { openValues } from '../../../../formats/tree/index.js'
import { numberColumn } from '../../fields/index.js'
import type { RawClip, RawFolder, RawLayout } from '../clip.js'
import { clipFolder } from '../clip-folder.js'
import { sideOf } from './iemocap.js'

const metaOf = ({ files }: RawFolder) => files.find((file) => posix.basename(file) === 'meta.pkl')

/** The columns of the authors' labels: those of their Table 2, which are not in the SDK's order. */
const emotionNames = ['anger', 'disgust', 'fear', 'happy', 'sad', 'surprise'] as const

type Label = Pick<RawClip, 'className' | 'emotions'>

/** A class by its letters in IEMOCAP, 0 or 1 for each emotion in CMU-MOSEI. */
function labelOf(value: PickleValue | undefined, where: string): Label {
  if (typeof value === 'string') return { className: fullClassName(value) }
  const emotions = value === undefined ? [] : [...numberColumn(value, where)]
  if (emotions.length === emotionNames.length) return { emotions }
  throw new LimbicError('the label is neither a class nor six emotions', {
    where,
    got: value === undefined ? 'none' : `${emotions.length} numbers`,
  })
}

export const processed: RawLayout = {
  kind: "MESM's processed layout (meta.pkl, a folder of image_0.jpg ... and audio.wav a clip)",
  recognises: (folder) => metaOf(folder) !== undefined,
  async read(folder) {
    const meta = metaOf(folder) ?? ''
    const root = meta.slice(0, -posix.basename(meta).length)
    const where = folder.absolute(meta)
    const file = await openValues(where)
    try {
      const { root: entries } = file
      if (!(entries instanceof Map)) {
        throw new LimbicError('not a dictionary of clips', { where })
      }
      const clips = [...entries].map(([key, entry]): RawClip => {
        const id = String(key)
        if (!(entry instanceof Map)) {
          throw new LimbicError('not a dictionary with text and label', {
            where: `${where}, ${id}`,
          })
        }
        const text = entry.get('text')
        return {
          id,
          media: clipFolder(folder, `${root}${id}`, sideOf(id)),
          ...(typeof text === 'string' && { text: text.trim() }),
          ...labelOf(entry.get('label'), `${where}, ${id}`),
        }
      })
      const classNames = [...new Set(clips.flatMap(({ className = [] }) => className))].sort()
      return {
        name: posix.basename(folder.path),
        layout: this.kind,
        clips,
        ...(classNames.length > 0 ? { classNames } : { emotionNames }),
        dropped: [],
        notes: classNames.length > 0 ? [] : [`labels are read as ${emotionNames.join(', ')}`],
      }
    } finally {
      file.close()
    }
  },
}
