/** CMU-MOSI's raw files: whole and segmented videos, transcripts by segment, opinions in a sequence file. */
import type { ClipMedia, RawClip, RawFolder, RawLayout } from '../clip.js'
import { Dropping } from '../dropping.js'
import { byStem, firstFolder, stemOf } from '../folder.js'
import { readSegmentLabels, type SegmentLabel } from '../segment-labels.js'
import { readAnyLines } from '../text.js'

/** `3_DELIM_WORDS`: the number of the segment, from 1. */
const line = /^\s*(\d+)_DELIM_(.*)$/

function transcripts(folder: RawFolder): readonly string[] {
  return folder.files.filter((file) => file.endsWith('.annotprocessed'))
}

interface Places {
  readonly fullSound: ReadonlyMap<string, string>
  readonly fullVideo: ReadonlyMap<string, string>
  readonly segmentSound: ReadonlyMap<string, string>
  readonly segmentVideo: ReadonlyMap<string, string>
}

function placesOf(folder: RawFolder): Places {
  const [first = ''] = transcripts(folder)
  const root = first.replace(/Transcript\/.*$/, '')
  const files = (kind: 'sound' | 'video', ...paths: string[]) =>
    byStem(
      folder,
      firstFolder(
        folder,
        paths.map((path) => `${root}${path}`),
      ),
      kind,
    )
  return {
    fullSound: files('sound', 'Audio/WAV_16000/Full', 'Audio/Full'),
    fullVideo: files('video', 'Video/Full', 'Videos/Full'),
    segmentSound: files('sound', 'Audio/WAV_16000/Segmented', 'Audio/Segmented'),
    segmentVideo: files('video', 'Video/Segmented', 'Videos/Segmented'),
  }
}

function mediaOf(
  places: Places,
  video: string,
  id: string,
  label: SegmentLabel | undefined,
): ClipMedia {
  const [ownVideo, ownSound] = [places.segmentVideo.get(id), places.segmentSound.get(id)]
  const [wholeVideo, wholeSound] = [places.fullVideo.get(video), places.fullSound.get(video)]
  const cut = label && { start: label.start, end: label.end }
  const picture = ownVideo ? { path: ownVideo } : wholeVideo && cut && { path: wholeVideo, ...cut }
  const sound = ownSound ? { path: ownSound } : wholeSound && cut && { path: wholeSound, ...cut }
  return { ...(picture && { video: picture }), ...(sound && { sound }) }
}

export const mosi: RawLayout = {
  kind: 'CMU-MOSI (Transcript/Segmented/*.annotprocessed, Audio, Video)',
  recognises: (folder) => transcripts(folder).length > 0,
  async read(folder) {
    const dropping = new Dropping()
    const notes: string[] = []
    const places = placesOf(folder)
    const labels = await readSegmentLabels(folder)
    const clips: RawClip[] = []
    for (const file of transcripts(folder)) {
      const video = stemOf(file)
      for (const text of readAnyLines(folder.absolute(file))) {
        const [, number, words = ''] = line.exec(text) ?? []
        if (number === undefined) continue
        const id = `${video}_${number}`
        const label = labels.get(id)
        if (!label || !Number.isFinite(label.value)) {
          dropping.drop('no label', id)
          continue
        }
        clips.push({
          id,
          media: mediaOf(places, video, id, label),
          // Written in capitals throughout.
          text: words.trim().toLowerCase(),
          sentiment: label.value,
          speaker: video,
          recording: video,
        })
      }
    }
    return { name: 'CMU-MOSI', layout: this.kind, clips, dropped: dropping.dropped, notes }
  },
}
