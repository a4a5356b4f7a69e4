/** Lists a folder of recordings once, so that layouts need not look for files one by one. */
import { readdirSync, realpathSync, statSync } from 'node:fs'
import { join, posix, resolve } from 'node:path'
import { LimbicError } from '../../../base/errors.js'
import { explainFileError } from '../../../disk/files.js'
import type { RawFolder } from './clip.js'

/** More files or folders than any corpus has; a whole disk may have more. */
const mostFiles = 2_000_000
const deepest = 12

const soundEndings = /\.(wav|flac|mp3|m4a|ogg|opus|aac|wma)$/i
const videoEndings = /\.(mp4|mov|mkv|webm|avi|flv|m4v|wmv|mpe?g)$/i
const imageEndings = /\.(jpe?g|png|bmp|tiff?)$/i
const transcriptEndings = /\.(srt|vtt|txt|json)$/i

export type FileKind = 'sound' | 'video' | 'image' | 'transcript'

/** The kind of a file by its extension; undefined if unknown. */
export function kindOf(file: string): FileKind | undefined {
  if (soundEndings.test(file)) return 'sound'
  if (videoEndings.test(file)) return 'video'
  if (imageEndings.test(file)) return 'image'
  return transcriptEndings.test(file) ? 'transcript' : undefined
}

/** The name of a file without folders and extension. */
export const stemOf = (file: string): string => posix.basename(file).replace(/\.[^.]*$/, '')

/**
 * Lists all files below a folder; links are followed once, hidden files (`._x` of macOS) left out.
 *
 * @throws LimbicError if it cannot be read, or has millions of files
 */
export function listFolder(path: string): RawFolder {
  const root = resolve(path)
  const files: string[] = []
  const seen = new Set<string>()
  const visit = (folder: string, depth: number): void => {
    const here = join(root, folder)
    const real = realpathSync(here)
    if (seen.has(real)) return
    seen.add(real)
    for (const name of readdirSync(here).sort()) {
      if (name.startsWith('.') || name === '__MACOSX') continue
      const file = folder === '' ? name : `${folder}/${name}`
      // A broken link is not a file.
      const status = statSync(join(root, file), { throwIfNoEntry: false })
      if (status?.isDirectory()) {
        if (depth < deepest) visit(file, depth + 1)
      } else if (status?.isFile()) {
        files.push(file)
        if (files.length > mostFiles) {
          throw new LimbicError('the folder has too many files for a corpus', {
            where: path,
            expected: `at most ${mostFiles}`,
            hint: 'Name the folder of the corpus itself',
          })
        }
      }
    }
  }
  try {
    visit('', 0)
  } catch (error) {
    throw explainFileError(error, path)
  }
  files.sort()
  const known = new Set(files)
  const byFolder = new Map<string, string[]>()
  for (const file of files) {
    const folder = posix.dirname(file)
    const list = byFolder.get(folder)
    if (list) list.push(file)
    else byFolder.set(folder, [file])
  }
  return {
    path: root,
    files,
    has: (file) => known.has(file),
    inside: (folder) => byFolder.get(folder === '' ? '.' : folder) ?? [],
    absolute: (file) => join(root, file),
  }
}

/** The first of some folders that contains files, if any does. */
export function firstFolder(folder: RawFolder, candidates: readonly string[]): string | undefined {
  return candidates.find((candidate) => folder.inside(candidate).length > 0)
}

/** The files of one kind in a subfolder, by their stems. */
export function byStem(
  folder: RawFolder,
  below: string | undefined,
  kind: FileKind,
): ReadonlyMap<string, string> {
  const files = below === undefined ? [] : folder.inside(below)
  return new Map(
    files
      .filter((file) => kindOf(file) === kind)
      .map((file) => [stemOf(file), folder.absolute(file)]),
  )
}
