/** Any folder with one folder of clips per class. */
import { posix } from 'node:path'
import { emotionOf } from '../../../../base/emotions.js'
import type { ClipMedia, RawClip, RawFolder, RawLayout } from '../clip.js'
import { kindOf } from '../folder.js'

/** Files below class folders, with their class; those in the folder itself have none. */
function classified({ files }: RawFolder): { file: string; className: string }[] {
  return files.flatMap((file) => {
    const kind = kindOf(file)
    const [first, second] = file.split('/')
    if (second === undefined || first === undefined) return []
    return kind === 'sound' || kind === 'video' || kind === 'image'
      ? [{ file, className: emotionOf(first) }]
      : []
  })
}

/** A transcript beside a clip, under its name. */
function transcriptOf(folder: RawFolder, file: string): string | undefined {
  const stem = file.replace(/\.[^.]*$/, '')
  return ['srt', 'vtt', 'txt', 'json'].map((ending) => `${stem}.${ending}`).find(folder.has)
}

/** The media of a clip that is one file. */
export function mediaOf(folder: RawFolder, file: string): ClipMedia {
  const path = folder.absolute(file)
  const transcript = transcriptOf(folder, file)
  const kind = kindOf(file)
  return {
    ...(kind === 'sound' && { sound: { path } }),
    ...(kind === 'video' && { video: { path } }),
    ...(kind === 'image' && { frames: [path] }),
    ...(transcript !== undefined && { transcript: folder.absolute(transcript) }),
  }
}

export const classFolders: RawLayout = {
  kind: 'any folder with one folder of clips per class',
  recognises: (folder) => new Set(classified(folder).map(({ className }) => className)).size > 1,
  read(folder, { classes }) {
    const other: string[] = []
    const clips: RawClip[] = []
    for (const { file, className } of classified(folder)) {
      const id = file.replace(/\.[^./]*$/, '')
      if (classes?.includes(className) === false) other.push(id)
      else clips.push({ id, media: mediaOf(folder, file), className })
    }
    return {
      name: posix.basename(folder.path),
      layout: this.kind,
      clips,
      classNames: classes ?? [...new Set(clips.map(({ className = '' }) => className))].sort(),
      dropped: other.length > 0 ? [{ rule: 'not among the classes', ids: other }] : [],
      notes: [],
    }
  },
}
