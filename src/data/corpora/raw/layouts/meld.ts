/** MELD: scenes of a television series, one video per utterance, with labels in three tables. */
import { emotionOf } from '../../../../base/emotions.js'
import type { SplitName } from '../../../dataset.js'
import type { RawClip, RawFolder, RawLayout } from '../clip.js'
import { byStem } from '../folder.js'
import { readTextTable } from '../text.js'

const parts: readonly { split: SplitName; table: string; folders: readonly string[] }[] = [
  { split: 'train', table: 'train_sent_emo.csv', folders: ['train_splits', 'train'] },
  {
    split: 'valid',
    table: 'dev_sent_emo.csv',
    folders: ['dev_splits_complete', 'dev_splits', 'dev'],
  },
  {
    split: 'test',
    table: 'test_sent_emo.csv',
    folders: ['output_repeated_splits_test', 'test_splits', 'test'],
  },
]

const classNames = ['angry', 'disgust', 'fear', 'happy', 'neutral', 'sad', 'surprise'] as const

/** The path of a table, found by the end of its name anywhere in the folder. */
const find = ({ files }: RawFolder, name: string) =>
  files.find((file) => file === name || file.endsWith(`/${name}`))

export const meld: RawLayout = {
  kind: 'MELD (train_sent_emo.csv and others, with diaX_uttY.mp4)',
  recognises: (folder) => find(folder, 'train_sent_emo.csv') !== undefined,
  read(folder, { classes = classNames }) {
    const notes: string[] = []
    const other: string[] = []
    const clips: RawClip[] = []
    for (const { split, table, folders } of parts) {
      const path = find(folder, table)
      if (path === undefined) {
        notes.push(`${table} is missing`)
        continue
      }
      const place = [...new Set(folder.files.map((file) => file.replace(/\/?[^/]*$/, '')))].find(
        (below) => folders.some((name) => below === name || below.endsWith(`/${name}`)),
      )
      const videos = byStem(folder, place, 'video')
      for (const { cell } of readTextTable(folder.absolute(path)).rows) {
        const dialogue = `dia${cell('dialogue_id')}`
        const stem = `${dialogue}_utt${cell('utterance_id')}`
        // Dialogue numbers start again in each split.
        const id = `${split}_${stem}`
        const className = emotionOf(cell('emotion'))
        if (!classes.includes(className)) {
          other.push(id)
          continue
        }
        const video = videos.get(stem)
        clips.push({
          id,
          media: video === undefined ? {} : { video: { path: video } },
          text: cell('utterance'),
          className,
          speaker: cell('speaker'),
          recording: `${split}_${dialogue}`,
          split,
        })
      }
    }
    return {
      name: 'MELD',
      layout: this.kind,
      clips,
      classNames: classes,
      dropped: other.length > 0 ? [{ rule: 'not among the classes', ids: other }] : [],
      notes,
    }
  },
}
