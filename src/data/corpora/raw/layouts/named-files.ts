/** Corpora whose labels are in the file names: RAVDESS, CREMA-D and EMO-DB. */
import type { ClipMedia, RawClip, RawFolder, RawLayout } from '../clip.js'
import { Dropping } from '../dropping.js'
import { kindOf, stemOf } from '../folder.js'

interface Reading {
  /** The utterance; audio and video files that share it are one clip. */
  readonly id: string
  readonly className: string
  readonly speaker: string
  readonly text?: string
  /** Why the file is not a clip of the corpus, if it is not. */
  readonly drop?: string
}

/** A corpus recognised by its file names. */
export interface NamedCorpus {
  readonly name: string
  readonly pattern: RegExp
  readonly classNames: readonly string[]
  read(match: RegExpExecArray): Reading | undefined
}

const at = (table: readonly string[], code: string | undefined) => table[Number(code) - 1]

const ravdessClasses = ['neutral', 'calm', 'happy', 'sad', 'angry', 'fear', 'disgust', 'surprise']
const ravdessSentences = ['Kids are talking by the door', 'Dogs are sitting by the door']

const ravdess: NamedCorpus = {
  name: 'RAVDESS',
  // Modality, channel, emotion, intensity, sentence, repetition, actor.
  pattern: /^0[1-3]-(0[12])-(0[1-8])-(0[12])-(0[12])-(0[12])-(\d\d)$/,
  classNames: ravdessClasses,
  read([whole, channel, emotion, , sentence, , actor]) {
    const className = at(ravdessClasses, emotion)
    const text = at(ravdessSentences, sentence)
    if (className === undefined) return undefined
    return {
      id: whole.slice(3),
      className,
      speaker: `actor${actor}`,
      ...(text !== undefined && { text }),
      ...(channel === '02' && { drop: 'song, not speech' }),
    }
  },
}

const cremaClasses = {
  ANG: 'angry',
  DIS: 'disgust',
  FEA: 'fear',
  HAP: 'happy',
  NEU: 'neutral',
  SAD: 'sad',
} as const
const cremaSentences = {
  IEO: "It's eleven o'clock",
  TIE: 'That is exactly what happened',
  IOM: "I'm on my way to the meeting",
  IWW: 'I wonder what this is about',
  TAI: 'The airplane is almost full',
  MTI: 'Maybe tomorrow it will be cold',
  IWL: 'I would like a new alarm clock',
  ITH: "I think I have a doctor's appointment",
  DFA: "Don't forget a jacket",
  ITS: "I think I've seen this before",
  TSI: 'The surface is slick',
  WSI: "We'll stop in a couple of minutes",
} as const

const inTable = (table: Readonly<Record<string, string>>, code: string | undefined) =>
  code === undefined ? undefined : table[code]

const crema: NamedCorpus = {
  name: 'CREMA-D',
  pattern: /^(1\d{3})_([A-Z]{3})_([A-Z]{3})_(LO|MD|HI|XX?)$/,
  classNames: Object.values(cremaClasses),
  read([whole, actor, sentence, emotion]) {
    const className = inTable(cremaClasses, emotion)
    const text = inTable(cremaSentences, sentence)
    if (className === undefined || text === undefined) return undefined
    return { id: whole, className, speaker: `actor${actor}`, text }
  },
}

const emodbClasses = {
  W: 'angry',
  L: 'boredom',
  E: 'disgust',
  A: 'fear',
  F: 'happy',
  T: 'sad',
  N: 'neutral',
} as const
const emodbSentences = {
  a01: 'Der Lappen liegt auf dem Eisschrank.',
  a02: 'Das will sie am Mittwoch abgeben.',
  a04: 'Heute abend könnte ich es ihm sagen.',
  a05: 'Das schwarze Stück Papier befindet sich da oben neben dem Holzstück.',
  a07: 'In sieben Stunden wird es soweit sein.',
  b01: 'Was sind denn das für Tüten, die da unter dem Tisch stehen?',
  b02: 'Sie haben es gerade hochgetragen und jetzt gehen sie wieder runter.',
  b03: 'An den Wochenenden bin ich jetzt immer nach Hause gefahren und habe Agnes besucht.',
  b09: 'Ich will das eben wegbringen und dann mit Karl was trinken gehen.',
  b10: 'Die wird auf dem Platz sein, wo wir sie immer hinlegen.',
} as const

const emodb: NamedCorpus = {
  name: 'EMO-DB',
  pattern: /^(\d\d)([ab]\d\d)([WLEAFTN])([a-z]?)$/,
  classNames: Object.values(emodbClasses),
  read([whole, speaker, sentence, emotion]) {
    const className = inTable(emodbClasses, emotion)
    const text = inTable(emodbSentences, sentence)
    if (className === undefined || text === undefined) return undefined
    return { id: whole, className, speaker: `spk${speaker}`, text }
  },
}

const corpora: readonly NamedCorpus[] = [ravdess, crema, emodb]

/**
 * The share of the audio and video files that must have such names; a note lists the others as left
 * out.
 */
const enough = 0.5

function recordings({ files }: RawFolder): string[] {
  return files.filter((file) => ['sound', 'video'].includes(kindOf(file) ?? ''))
}

/** The corpus whose naming scheme most of the files follow, if there is one. */
function corpusOfNames(folder: RawFolder): NamedCorpus | undefined {
  const stems = recordings(folder).map(stemOf)
  return corpora.find(({ pattern, read }) => {
    const named = stems.filter((stem) => {
      const match = pattern.exec(stem)
      return match !== null && read(match) !== undefined
    })
    return named.length > 0 && named.length >= enough * stems.length
  })
}

export const namedFiles: RawLayout = {
  kind: 'RAVDESS, CREMA-D or EMO-DB (told from the names of files)',
  recognises: (folder) => corpusOfNames(folder) !== undefined,
  read(folder, { classes }) {
    const corpus = corpusOfNames(folder)
    const dropping = new Dropping()
    const clips = new Map<string, RawClip>()
    for (const file of corpus ? recordings(folder) : []) {
      const match = corpus?.pattern.exec(stemOf(file))
      const reading = match ? corpus?.read(match) : undefined
      if (!reading) {
        dropping.drop('the name is not one of the corpus', file)
        continue
      }
      const { id, drop, ...what } = reading
      if (drop !== undefined || classes?.includes(what.className) === false) {
        dropping.drop(drop ?? 'not among the classes', id)
        continue
      }
      const known = clips.get(id)
      clips.set(id, { ...what, id, media: joined(known?.media, file, folder) })
    }
    const used = new Set([...clips.values()].map(({ className }) => className))
    const classNames = (classes ?? corpus?.classNames ?? []).filter((name) => used.has(name))
    return {
      name: corpus?.name ?? folder.path,
      layout: this.kind,
      clips: [...clips.values()],
      classNames,
      dropped: dropping.dropped,
      notes: [],
    }
  },
}

/**
 * RAVDESS stores an utterance as audio with video (01), video alone (02) and audio alone (03),
 * CREMA-D as two files: the audio comes from a separate file if there is one.
 */
function joined(media: ClipMedia = {}, file: string, folder: RawFolder): ClipMedia {
  const path = folder.absolute(file)
  if (kindOf(file) === 'sound') return { ...media, sound: { path } }
  // 01 sorts before 02 and contains the same video.
  return media.video ? media : { ...media, video: { path } }
}
