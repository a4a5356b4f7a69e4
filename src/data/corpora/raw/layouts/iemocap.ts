/** IEMOCAP as its authors release it: sessions of dialogues, cut into the turns of its evaluation files. */
import { posix } from 'node:path'
import { fullClassName } from '../../../../base/emotions.js'
import type { TimedWord } from '../../../../media/extract/clip.js'
import type { ClipMedia, RawClip, RawFolder, RawLayout, RawOptions } from '../clip.js'
import { Dropping } from '../dropping.js'
import { readAnyLines } from '../text.js'

/** The six classes of MESM's section 3.1; the others have too few samples. */
const sixClasses = ['angry', 'excited', 'frustrated', 'happy', 'neutral', 'sad'] as const

/** `[6.2901 - 8.2357]<TAB>Ses01F_impro01_F000<TAB>neu<TAB>[2.5000, 2.5000, 2.5000]` */
const turnLine = /^\[\s*(-?[\w.]+)\s*-\s*(-?[\w.]+)\s*\]\s+(\S+)\s+(\w+)\s+\[/
/** `Ses01F_impro01_F000 [006.2901-008.2357]: Excuse me.` */
const wordsLine = /^(\S+_\S+)\s*\[[^\]]*\](.*)$/
/** Hundredths of a second: start, end, score, word. */
const alignedLine = /^\s*(\d+)\s+(\d+)\s+-?\d+\s+(\S+)\s*$/
/** Silence, sentence ends and noises of the aligner. */
const noWord = /^<.*>$|^\+\+.*\+\+$/

export interface Turn {
  readonly id: string
  /** Seconds from the start of the dialogue. */
  readonly start: number
  readonly end: number
  /** Three letters, `xxx` if the raters did not agree. */
  readonly label: string
}

/** The turns of an evaluation file. */
export function readTurns(lines: readonly string[]): Turn[] {
  return lines.flatMap((line) => {
    const [, start, end, id = '', label = ''] = turnLine.exec(line) ?? []
    return start === undefined ? [] : [{ id, start: Number(start), end: Number(end), label }]
  })
}

/**
 * The words of each turn of a transcript. Lines of no turn (`F: ...`) are left out.
 *
 * @param colon see `RawOptions`
 */
export function readTurnWords(
  lines: readonly string[],
  colon: 'first' | 'last' = 'first',
): Map<string, string> {
  const words = new Map<string, string>()
  for (const line of lines) {
    const [, id, rest = ''] = wordsLine.exec(line.trim()) ?? []
    if (id === undefined) continue
    const at = colon === 'first' ? rest.indexOf(':') : rest.lastIndexOf(':')
    words.set(id, rest.slice(at + 1).trim())
  }
  return words
}

/** The words of a forced alignment (`.wdseg`), in seconds from the start of the turn. */
export function readAlignment(lines: readonly string[]): TimedWord[] {
  return lines.flatMap((line) => {
    const [, start, end, word = ''] = alignedLine.exec(line) ?? []
    if (start === undefined || noWord.test(word)) return []
    return [
      {
        // The number of the pronunciation heard is in brackets.
        word: word.replace(/\(\d+\)$/, '').toLowerCase(),
        start: Number(start) / 100,
        end: (Number(end) + 1) / 100,
      },
    ]
  })
}

/** A speaker whose letter is that of the session is on the left, in video and audio. */
export function sideOf(turn: string): 'left' | 'right' {
  return /^Ses\d\d([FM])_.*_\1[^_]*$/.test(turn) ? 'left' : 'right'
}

/** The folder that contains `Session1`, at any depth. */
function rootOf({ files }: RawFolder): string | undefined {
  const file = files.find((path) =>
    /(^|\/)Session\d\/dialog\/EmoEvaluation\/[^/]+\.txt$/.test(path),
  )
  return file?.replace(/Session\d\/dialog\/.*$/, '')
}

function mediaOf(folder: RawFolder, session: string, dialogue: string, turn: Turn): ClipMedia {
  const side = sideOf(turn.id)
  const found = (file: string) => (folder.has(file) ? folder.absolute(file) : undefined)
  const { start, end } = turn
  const video =
    found(`${session}/dialog/avi/DivX/${dialogue}.avi`) ??
    found(`${session}/dialog/avi/${dialogue}.avi`)
  const both = found(`${session}/dialog/wav/${dialogue}.wav`)
  const own = found(`${session}/sentences/wav/${dialogue}/${turn.id}.wav`)
  return {
    ...(video && { video: { path: video, start, end }, half: side }),
    // The files of sentences are mixed from both microphones; the dialogue has the speaker's own.
    ...(both
      ? { sound: { path: both, start, end }, channel: side }
      : own && { sound: { path: own } }),
  }
}

export const iemocap: RawLayout = {
  kind: 'IEMOCAP (Session1/dialog/EmoEvaluation and others)',
  recognises: (folder) => rootOf(folder) !== undefined,
  read(folder, { classes = sixClasses, colon = 'first' }: RawOptions) {
    const root = rootOf(folder) ?? ''
    const dropping = new Dropping()
    const notes: string[] = []
    const clips: RawClip[] = []
    const evaluations = folder.files.filter((file) =>
      /^Session\d\/dialog\/EmoEvaluation\/[^/]+\.txt$/.test(file.slice(root.length)),
    )
    for (const file of evaluations) {
      const dialogue = posix.basename(file, '.txt')
      const session = file.replace(/\/dialog\/.*$/, '')
      const transcript = `${session}/dialog/transcriptions/${dialogue}.txt`
      const words = folder.has(transcript)
        ? readTurnWords(readAnyLines(folder.absolute(transcript)), colon)
        : undefined
      if (!words) notes.push(`${dialogue} has no transcript`)
      for (const turn of readTurns(readAnyLines(folder.absolute(file)))) {
        const className = fullClassName(turn.label)
        if (!classes.includes(className)) {
          dropping.drop(`labelled ${className}, which is not among the classes`, turn.id)
          continue
        }
        const alignment = `${session}/sentences/ForcedAlignment/${dialogue}/${turn.id}.wdseg`
        clips.push({
          id: turn.id,
          media: mediaOf(folder, session, dialogue, turn),
          ...(words && { text: words.get(turn.id) ?? '' }),
          ...(folder.has(alignment) && {
            words: readAlignment(readAnyLines(folder.absolute(alignment))),
          }),
          className,
          speaker: turn.id.replace(/^(Ses\d\d)[FM]_.*_([FM])[^_]*$/, '$1$2'),
          recording: dialogue,
        })
      }
    }
    return {
      name: 'IEMOCAP',
      layout: this.kind,
      clips,
      classNames: classes,
      dropped: dropping.dropped,
      notes,
    }
  },
}
