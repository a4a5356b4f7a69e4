/** CMU-MOSEI's raw files: the official folders, and MESM's version of them. */
import { posix } from 'node:path'
import { mean } from '../../../../base/numbers.js'
import { moseiEmotions } from '../../mosei.js'
import type { ClipMedia, RawClip, RawFolder, RawLayout } from '../clip.js'
import { Dropping } from '../dropping.js'
import { byStem, firstFolder } from '../folder.js'
import { readAnyLines, readTextTable } from '../text.js'

export interface Segment {
  readonly video: string
  readonly clip: string
  /** Seconds from the start of the video; may be negative, or NaN if the line has no number. */
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * A line of a transcript: `VIDEO___CLIP___START___END___TEXT`. Names of videos may begin with the
 * separator `___`; text after a separator within the words is lost, as in MESM's code.
 *
 * @returns undefined for any other line
 */
export function readSegment(line: string): Segment | undefined {
  const [video, clip, start, end, text = ''] = line
    .replace(/[\r\n]+/g, '')
    .split('___')
    .filter((field) => field !== '')
  if (video === undefined || clip === undefined || start === undefined || end === undefined) {
    return undefined
  }
  return { video, clip, start: secondsOf(start), end: secondsOf(end), text }
}

/** Parses a number; an empty cell is not one. */
function secondsOf(field: string): number {
  return field.trim() === '' ? Number.NaN : Number(field)
}

/** The columns of the raters' answers, in the order of `moseiEmotions`. */
const answers = ['happiness', 'sadness', 'anger', 'surprise', 'disgust', 'fear'] as const

interface Rating {
  /** 1 if any rater chose the emotion. */
  readonly emotions: number[]
  readonly sentiments: number[]
}

/** The raters' answers by `VIDEO_CLIP`: several rows per clip, in several files. */
function readRatings(paths: readonly string[], notes: string[]): Map<string, Rating> {
  const ratings = new Map<string, Rating>()
  let [rows, blank] = [0, 0]
  for (const path of paths) {
    for (const { cell } of readTextTable(path).rows) {
      rows++
      const video = cell('input.video_id').split('/').at(-1) ?? ''
      const id = `${video}_${cell('input.clip')}`
      const rating = ratings.get(id) ?? { emotions: answers.map(() => 0), sentiments: [] }
      ratings.set(id, rating)
      let some = false
      answers.forEach((answer, place) => {
        const given = cell(`answer.${answer}`)
        some ||= given !== ''
        if (Number(given) > 0) rating.emotions[place] = 1
      })
      const sentiment = cell('answer.sentiment')
      if (sentiment !== '' && !Number.isNaN(Number(sentiment))) {
        rating.sentiments.push(Number(sentiment))
      }
      if (!some) blank++
    }
  }
  if (blank > 0) notes.push(`${blank} of ${rows} rows of ratings have no answer`)
  return ratings
}

interface Places {
  readonly labels: readonly string[]
  readonly transcripts: readonly string[]
  readonly fullSound: ReadonlyMap<string, string>
  readonly fullVideo: ReadonlyMap<string, string>
  readonly segments: ReadonlyMap<string, string>
}

function placesOf(folder: RawFolder): Places | undefined {
  const labelled = folder.files.find((file) => /(^|\/)Labels\/[^/]+\.csv$/.test(file))
  if (labelled === undefined) return undefined
  const root = labelled.replace(/Labels\/[^/]+$/, '')
  const within = (...paths: string[]) =>
    firstFolder(
      folder,
      paths.map((path) => `${root}${path}`),
    )
  const transcripts = within(
    'Transcript/Segmented/Combined',
    'Transcript/Combined',
    'Transcript/Segmented',
    'Transcript',
  )
  if (transcripts === undefined) return undefined
  return {
    labels: folder.inside(`${root}Labels`).filter((file) => file.endsWith('.csv')),
    transcripts: folder.inside(transcripts).filter((file) => file.endsWith('.txt')),
    fullSound: byStem(folder, within('Audio/Full/WAV_16000', 'Audio/WAV_16000', 'Audio'), 'sound'),
    fullVideo: byStem(
      folder,
      within('Videos/Full/Combined', 'Videos/Combined', 'Videos/Full', 'Videos'),
      'video',
    ),
    segments: byStem(folder, within('Videos/Segmented/Combined', 'Videos/Segmented'), 'video'),
  }
}

function mediaOf({ fullSound, fullVideo, segments }: Places, segment: Segment): ClipMedia {
  const { video, clip, start, end } = segment
  const [sound, whole, own] = [
    fullSound.get(video),
    fullVideo.get(video),
    segments.get(`${video}_${clip}`),
  ]
  return {
    ...(whole ? { video: { path: whole, start, end } } : own && { video: { path: own } }),
    ...(sound && { sound: { path: sound, start, end } }),
  }
}

export const mosei: RawLayout = {
  kind: 'CMU-MOSEI (Labels, Transcript, Audio, Videos)',
  recognises(folder) {
    const places = placesOf(folder)
    const [first] = places?.labels ?? []
    return (
      first !== undefined && readTextTable(folder.absolute(first)).columns.has('input.video_id')
    )
  },
  read(folder) {
    const notes: string[] = []
    const dropping = new Dropping()
    const places = placesOf(folder)
    if (!places) return { name: 'CMU-MOSEI', layout: this.kind, clips: [], dropped: [], notes }
    const ratings = readRatings(places.labels.map(folder.absolute), notes)
    const clips: RawClip[] = []
    const spoken = new Set<string>()
    let damaged = 0
    for (const file of places.transcripts) {
      for (const line of readAnyLines(folder.absolute(file))) {
        const segment = readSegment(line)
        if (!segment) {
          damaged++
          continue
        }
        const id = `${segment.video}_${segment.clip}`
        spoken.add(id)
        const rating = ratings.get(id)
        if (!rating) {
          dropping.drop('no label', id)
          continue
        }
        clips.push({
          id,
          media: mediaOf(places, segment),
          text: segment.text.trim(),
          emotions: rating.emotions,
          ...(rating.sentiments.length > 0 && { sentiment: mean(rating.sentiments) }),
          speaker: segment.video,
          recording: posix.basename(segment.video),
        })
      }
    }
    for (const id of ratings.keys()) if (!spoken.has(id)) dropping.drop('no transcript', id)
    if (damaged > 0) notes.push(`${damaged} lines of transcripts do not name a clip`)
    return {
      name: 'CMU-MOSEI',
      layout: this.kind,
      clips,
      emotionNames: moseiEmotions,
      dropped: dropping.dropped,
      notes,
    }
  },
}
