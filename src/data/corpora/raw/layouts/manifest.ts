/** Any folder with a `manifest.csv`: one row per clip, with its file and label in named columns. */
import { posix } from 'node:path'
import { emotionOf } from '../../../../base/emotions.js'
import { LimbicError } from '../../../../base/errors.js'
import { splitOf } from '../../fields/index.js'
import type { ClipMedia, RawClip, RawFolder, RawLayout } from '../clip.js'
import { clipFolder } from '../clip-folder.js'
import { kindOf } from '../folder.js'
import { isMissing, readTextTable, type TextRow } from '../text.js'

/** The names recognised for each column. */
const columns = {
  path: ['path', 'file', 'filename', 'file_name', 'clip', 'video', 'audio'],
  sound: ['sound', 'audio', 'wav'],
  id: ['id', 'utterance', 'name'],
  label: ['emotion', 'class', 'label', 'category'],
  sentiment: ['sentiment', 'score', 'polarity'],
  speaker: ['speaker', 'subject', 'actor', 'person'],
  text: ['words', 'text', 'transcript', 'sentence', 'utterance_text'],
  transcript: ['subtitles', 'transcript_file'],
  split: ['split', 'mode', 'partition', 'set', 'fold_name'],
  start: ['start', 'start_time', 'begin', 'from'],
  end: ['end', 'end_time', 'to'],
  recording: ['recording', 'dialogue', 'scene', 'session'],
  period: ['frame_period'],
} as const

const name = 'manifest.csv'

function fileOf(given: string): string {
  return posix.normalize(given.replaceAll('\\', '/')).replace(/^\.\//, '')
}

/** NaN if a cell is not a number; the clip is then dropped with those of impossible times. */
function seconds(row: TextRow, names: readonly string[]): number | undefined {
  const cell = row.cell(...names)
  return cell === '' ? undefined : Number(cell)
}

const labelOf = (row: TextRow) => row.cell(...columns.label)

function scoreOf(row: TextRow): string {
  const given = row.cell(...columns.sentiment)
  return isMissing(given) ? '' : given
}

function mediaOf(folder: RawFolder, row: TextRow, where: string): ClipMedia {
  const given = row.cell(...columns.path)
  const file = fileOf(given)
  const [start, end] = [seconds(row, columns.start), seconds(row, columns.end)]
  const part = (path: string) => ({
    path: folder.absolute(path),
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
  })
  const subtitles = row.cell(...columns.transcript)
  const own = row.cell(...columns.sound)
  const rest = {
    ...(subtitles !== '' && { transcript: folder.absolute(fileOf(subtitles)) }),
    ...(own !== '' && own !== given && { sound: part(fileOf(own)) }),
  }
  if (folder.inside(file).length > 0) {
    const period = seconds(row, columns.period)
    if (period !== undefined && !(period > 0 && Number.isFinite(period))) {
      throw new LimbicError('the time from one picture to the next is not a number of seconds', {
        where,
        got: row.cell(...columns.period),
      })
    }
    return { ...clipFolder(folder, file, 'left', period), ...rest }
  }
  switch (kindOf(file)) {
    case 'sound':
      return { sound: part(file), ...rest }
    case 'image':
      return { frames: [folder.absolute(file)], ...rest }
    case 'video':
      return { video: part(file), ...rest }
    default:
      throw new LimbicError('the clip is not a file of sound, video or pictures', {
        where,
        expected: 'a path such as clips/one.mp4, relative to the folder of the manifest',
        got: given === '' ? 'an empty cell' : given,
      })
  }
}

export const manifest: RawLayout = {
  kind: `any folder with a ${name} (columns path, emotion or sentiment where known, and others)`,
  recognises: (folder) => folder.has(name),
  read(folder, { classes }) {
    const path = folder.absolute(name)
    const table = readTextTable(path)
    if (!columns.path.some((column) => table.columns.has(column))) {
      throw new LimbicError('no column names the clips', {
        where: path,
        expected: `one of ${columns.path.join(', ')}`,
        got: [...table.columns].join(', '),
      })
    }
    // Clips that are to be predicted have no labels; among others one without is a mistake.
    const labelled = table.rows.some((row) => labelOf(row) !== '' || scoreOf(row) !== '')
    const unlabelled: string[] = []
    const other: string[] = []
    const clips: RawClip[] = []
    for (const row of table.rows) {
      const where = `${path}, line ${row.line}`
      const file = row.cell(...columns.path)
      const id = row.cell(...columns.id) || file.replace(/\.[^./]*$/, '')
      const [label, score] = [labelOf(row), scoreOf(row)]
      if (labelled && label === '' && score === '') {
        unlabelled.push(id)
        continue
      }
      const className = label === '' ? undefined : emotionOf(label)
      if (classes && className !== undefined && !classes.includes(className)) {
        other.push(id)
        continue
      }
      const sentiment = Number(score)
      if (score !== '' && !Number.isFinite(sentiment)) {
        throw new LimbicError('the sentiment is not a number', { where, got: score })
      }
      const [speaker, recording] = [row.cell(...columns.speaker), row.cell(...columns.recording)]
      const split = splitOf(row.cell(...columns.split))
      const known = columns.text.some((column) => table.columns.has(column))
      clips.push({
        id,
        media: mediaOf(folder, row, where),
        ...(known && { text: row.cell(...columns.text) }),
        ...(className !== undefined && { className }),
        ...(score !== '' && { sentiment }),
        ...(speaker !== '' && { speaker }),
        ...(recording !== '' && { recording }),
        ...(split && { split }),
      })
    }
    const classNames = [...new Set(clips.flatMap((clip) => clip.className ?? []))].sort()
    return {
      name: posix.basename(folder.path),
      layout: this.kind,
      clips,
      ...(classNames.length > 0 && { classNames: classes ?? classNames }),
      dropped: [
        ...(unlabelled.length > 0 ? [{ rule: 'no label', ids: unlabelled }] : []),
        ...(other.length > 0 ? [{ rule: 'not among the classes', ids: other }] : []),
      ],
      notes: [],
    }
  },
}
