/** What the starter models recognise in recordings. */
import { closeSync, readdirSync, readSync } from 'node:fs'
import { extname, join } from 'node:path'
import { lookAt } from '../../disk/files.js'
import { openPlainFile } from '../../disk/plain-file.js'
import { openMedia } from '../../media/decode/node/index.js'
import { openStarter } from '../../recognise/node.js'
import { linesOf, starterNotice } from '../../report/text/recognition.js'
import type { Terminal } from '../terminal/terminal.js'
import { answerEach } from './one-by-one.js'
import { pagePaths, RecordingReport } from './recording-report.js'

/** Endings of recordings in a folder; its subfolders are not searched. */
const endings = new Set([
  ...['.mp4', '.m4v', '.mov', '.mkv', '.webm', '.avi', '.wmv', '.flv', '.mpg', '.mpeg'],
  ...['.wav', '.flac', '.mp3', '.m4a', '.ogg', '.opus', '.aac'],
])

/**
 * The recordings that a path names: a file other than an exported model, or the recordings in a
 * folder. Undefined if it names something else.
 */
export function recordingsAt(path: string): string[] | undefined {
  const status = lookAt(path)
  if (status?.isFile()) return isExported(path) ? undefined : [path]
  if (!status?.isDirectory()) return undefined
  const files = readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.has(extname(entry.name).toLowerCase()))
    .map(({ name }) => join(path, name))
    .sort()
  return files.length > 0 ? files : undefined
}

/**
 * Whether a path names recordings rather than data, judging by the endings of the file or of the
 * files in the folder.
 */
export function isRecording(path: string): boolean {
  const status = lookAt(path)
  if (status?.isFile()) return endings.has(extname(path).toLowerCase())
  return status?.isDirectory() === true && recordingsAt(path) !== undefined
}

/** Every ONNX file starts with its format version, a byte that no recording starts with. */
function isExported(path: string): boolean {
  if (/\.onnx$/i.test(path)) return true
  const { descriptor } = openPlainFile(path)
  try {
    const first = new Uint8Array(1)
    return readSync(descriptor, first, 0, 1, 0) === 1 && first[0] === 8
  } finally {
    closeSync(descriptor)
  }
}

/** Options for recognising emotions. */
export interface RecordingOptions {
  /** Refuses damaged recordings. */
  readonly strict?: boolean
  /** Where pages are written; see `pagePaths`. */
  readonly report?: string
}

/**
 * Recognises emotions in recordings, one after another. One that cannot be decoded is answered with
 * its error; the others are still processed.
 *
 * @throws LimbicError as `answerEach` does, or if one page is requested for several recordings
 */
export async function predictRecordings(
  paths: readonly string[],
  terminal: Terminal,
  { strict = false, report }: RecordingOptions,
): Promise<void> {
  const pages = report === undefined ? undefined : pagePaths(report, paths)
  terminal.note(starterNotice)
  const recogniser = await openStarter()
  try {
    await answerEach(
      paths,
      terminal,
      (name) => ({ name }),
      async (path) => {
        const source = await openMedia(path, { strict })
        try {
          const file = pages?.get(path)
          const page = file === undefined ? undefined : new RecordingReport(source)
          const recognition = await recogniser.recognise(source, page?.seen)
          for (const remark of recognition.remarks) terminal.note(`${path}: ${remark}`)
          terminal.record(recognition)
          terminal.print(...linesOf(recognition))
          if (page && file !== undefined) {
            await page.write(file, path, recognition)
            terminal.print(file)
          }
        } finally {
          await source.close()
        }
      },
    )
  } finally {
    await recogniser.close()
  }
}
