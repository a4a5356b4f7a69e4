/** Any folder of recordings, without labels. */
import { posix } from 'node:path'
import type { RawFolder, RawLayout } from '../clip.js'
import { kindOf } from '../folder.js'
import { mediaOf } from './class-folders.js'

const recordingsIn = ({ files }: RawFolder): string[] =>
  files.filter((file) => ['sound', 'video'].includes(kindOf(file) ?? ''))

export const recordings: RawLayout = {
  kind: 'any folder of recordings, without labels',
  recognises: (folder) => recordingsIn(folder).length > 0,
  read(folder) {
    return {
      name: posix.basename(folder.path),
      layout: this.kind,
      clips: recordingsIn(folder).map((file) => ({ id: file, media: mediaOf(folder, file) })),
      dropped: [],
      notes: [],
    }
  },
}
