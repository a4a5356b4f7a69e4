/** MESM's processed layout of IEMOCAP and CMU-MOSEI: one folder of files per clip. */
import { posix } from 'node:path'
import { z } from 'zod'
import { fullClassName } from '../../../../base/emotions.js'
import { LimbicError } from '../../../../base/errors.js'
import type { PickleValue } from '../../../../formats/pickle/index.js'
import { openValues } from '../../../../formats/tree/index.js'
import { numberColumn } from '../../fields/index.js'
import type { RawClip, RawFolder, RawLayout } from '../clip.js'
import { clipFolder } from '../clip-folder.js'
import { sideOf } from './iemocap.js'

const metaOf = ({ files }: RawFolder) => files.find((file) => posix.basename(file) === 'meta.pkl')

/** The columns of MESM's labels: those of its Table 2, not in the SDK's order. */
export const processedEmotions = ['anger', 'disgust', 'fear', 'happy', 'sad', 'surprise'] as const

type Label = Pick<RawClip, 'className' | 'emotions'>

/** What `limbic data reorganise` writes about a clip in addition; MESM's own files lack it. */
const further = z.object({
  sentiment: z.number().optional(),
  speaker: z.string().optional(),
  recording: z.string().optional(),
  words: z
    .array(z.tuple([z.string(), z.number(), z.number()]))
    .transform((words) => words.map(([word, start, end]) => ({ word, start, end })))
    .optional(),
})

function furtherOf(entry: ReadonlyMap<PickleValue, PickleValue>, where: string) {
  const parsed = further.safeParse(Object.fromEntries(entry))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new LimbicError('the entry of a clip is damaged', {
      where: [where, ...(issue?.path ?? [])].map(String).join(', '),
      ...(issue && { got: issue.message }),
    })
  }
  const { sentiment, speaker, recording, words } = parsed.data
  return {
    ...(sentiment !== undefined && { sentiment }),
    ...(speaker !== undefined && { speaker }),
    ...(recording !== undefined && { recording }),
    ...(words && { words }),
  }
}

/** A class code for IEMOCAP; 0 or 1 for each emotion for CMU-MOSEI. */
function labelOf(value: PickleValue | undefined, where: string, needed: boolean): Label {
  if (value === undefined && !needed) return {}
  if (typeof value === 'string') return { className: fullClassName(value) }
  const emotions = value === undefined ? [] : [...numberColumn(value, where)]
  if (emotions.length === processedEmotions.length) return { emotions }
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
        const rest = furtherOf(entry, `${where}, ${id}`)
        return {
          id,
          media: clipFolder(folder, `${root}${id}`, sideOf(id)),
          ...(typeof text === 'string' && { text: text.trim() }),
          ...labelOf(entry.get('label'), `${where}, ${id}`, rest.sentiment === undefined),
          ...rest,
        }
      })
      const classNames = [...new Set(clips.flatMap(({ className = [] }) => className))].sort()
      const several = clips.some(({ emotions }) => emotions !== undefined)
      return {
        name: posix.basename(folder.path),
        layout: this.kind,
        clips,
        ...(classNames.length > 0 && { classNames }),
        ...(several && { emotionNames: processedEmotions }),
        dropped: [],
        notes: several ? [`labels are read as ${processedEmotions.join(', ')}`] : [],
      }
    } finally {
      file.close()
    }
  },
}
