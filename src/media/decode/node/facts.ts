/** Reads what ffmpeg reports on a file before decoding. */
import { Decoder, type Message } from './decoder.js'
import { inputOf } from './input.js'
import type { Program } from './program.js'

export interface SoundFacts {
  /** The number of the stream in the file. */
  readonly stream: number
  /** Samples per second (Hz). */
  readonly rate: number
  readonly channels: number
}

export interface PictureFacts {
  readonly stream: number
  /** Pixels as stored, before rotation. */
  readonly width: number
  readonly height: number
  /** Clockwise rotation to apply, in degrees. */
  readonly rotation: 0 | 90 | 180 | 270
  /** Frames per second on average. */
  readonly frameRate: number | undefined
}

export interface Facts {
  /** ffmpeg's name of the container, such as `mov,mp4,m4a,3gp,3g2,mj2`; empty if unknown. */
  readonly format: string
  /** In seconds, if the file states it. */
  readonly duration: number | undefined
  /** The start of ffmpeg's time, in seconds of the file's own: 0 or less. */
  readonly shift: number
  /** Whether the duration is estimated from the file's size. */
  readonly estimated: boolean
  readonly sound: SoundFacts | undefined
  readonly picture: PictureFacts | undefined
  /** Streams that cannot be decoded. */
  readonly unusable: readonly ('sound' | 'picture')[]
  /** Errors and warnings of ffmpeg, as it words them. */
  readonly complaints: readonly string[]
}

/**
 * Reads the head of a file.
 *
 * @param patience seconds for which ffmpeg may make no progress
 * @throws LimbicError if ffmpeg cannot be started, or makes no progress
 */
export async function readFacts(
  program: Program,
  path: string,
  { name, patience }: { readonly name: string; readonly patience: number },
): Promise<Facts> {
  const messages: Message[] = []
  const decoder = new Decoder(program, inputOf(path), {
    name,
    patience,
    onMessage: (message) => void (messages.length < 2000 && messages.push(message)),
  })
  try {
    while (await decoder.read());
    await decoder.end()
  } finally {
    await decoder.stop()
  }
  return parseFacts(messages)
}

/** Parses ffmpeg's description of its input. */
function parseFacts(messages: readonly Message[]): Facts {
  const own = messages.filter(({ speaker, level }) => speaker === '' && level === 'info')
  const [, format = ''] = match(own, /^Input #0, (.+), from '/) ?? []
  const [, hours, minutes, rest] = match(own, /^ {2}Duration: (\d+):(\d\d):(\d\d\.\d+)/) ?? []
  const duration = Number(hours) * 3600 + Number(minutes) * 60 + Number(rest)
  const [, start] = match(own, /^ {2}Duration: .*, start: (-\d+\.\d+)/) ?? []
  const streams = own.flatMap(({ text }, place) => {
    const [, stream, kind, about = ''] = streamLine.exec(text) ?? []
    if (stream === undefined || about.includes('(attached pic)')) return []
    const next = own.findIndex((one, at) => at > place && streamLine.test(one.text))
    const beneath = own.slice(place + 1, next < 0 ? undefined : next)
    return [{ stream: Number(stream), kind, about, beneath }]
  })
  const sounds = streams.filter(({ kind }) => kind === 'Audio')
  const pictures = streams.filter(({ kind }) => kind === 'Video')
  const sound = sounds.map(soundOf).find((one) => one !== undefined)
  const picture = pictures.map(pictureOf).find((one) => one !== undefined)
  return {
    format,
    duration: duration > 0 ? duration : undefined,
    shift: Number(start ?? 0),
    estimated: messages.some(({ text }) => text.startsWith('Estimating duration from bitrate')),
    sound,
    picture,
    unusable: [
      ...(sounds.length > 0 && !sound ? (['sound'] as const) : []),
      ...(pictures.length > 0 && !picture ? (['picture'] as const) : []),
    ],
    complaints: messages.filter(isComplaint).map(({ text }) => text),
  }
}

/** ffmpeg's message when it has no output, which is how it is made to print only facts. */
const noOutput = 'At least one output file must be specified'
const damage = /corrupt|truncat|prematurely|partial|do not match/i

/** Whether a message reports damage. */
export function isComplaint({ level, text }: Message): boolean {
  if (text === noOutput) return false
  if (level === 'warning') return damage.test(text)
  return level === 'error' || level === 'fatal' || level === 'panic'
}

const streamLine = /^ {2,4}Stream #0:(\d+)[^:]*: (Video|Audio): (.*)$/

interface StreamText {
  readonly stream: number
  readonly about: string
  readonly beneath: readonly Message[]
}

function soundOf({ stream, about }: StreamText): SoundFacts | undefined {
  const [, rate, layout = ''] = /, (\d+) Hz, ([^,]+)/.exec(about) ?? []
  const channels = countChannels(layout)
  if (about.startsWith('none') || !(Number(rate) > 0) || !channels) return undefined
  return { stream, rate: Number(rate), channels }
}

/** Layouts whose names do not state the number of channels. */
const layouts: Readonly<Record<string, number>> = {
  ...{ mono: 1, stereo: 2, downmix: 2, binaural: 2, quad: 4, hexagonal: 6, octagonal: 8, cube: 8 },
  hexadecagonal: 16,
}

/** The number of channels of a layout, by its name: `stereo`, `5.1(side)`, `7 channels (FL+FR+...)`. */
function countChannels(layout: string): number | undefined {
  const [, count] = /^(\d+) channels/.exec(layout) ?? []
  if (count !== undefined) return Number(count)
  const [, name = ''] = /^([^ (]+)/.exec(layout) ?? []
  if (/^\d+(\.\d+)+$/.test(name))
    return name.split('.').reduce((sum, part) => sum + Number(part), 0)
  const [, order] = /^ambisonic (\d+)/.exec(layout) ?? []
  return order === undefined ? layouts[name] : (Number(order) + 1) ** 2
}

function pictureOf({ stream, about, beneath }: StreamText): PictureFacts | undefined {
  const [, width, height] = /, (\d{1,6})x(\d{1,6})(?=[ ,]|$)/.exec(about) ?? []
  if (about.startsWith('none') || !(Number(width) > 0) || !(Number(height) > 0)) return undefined
  const [, rate, thousand] = /, (\d+(?:\.\d+)?)(k?) fps/.exec(about) ?? []
  const frameRate = Number(rate) * (thousand === 'k' ? 1000 : 1)
  const [, turned] = match(beneath, /^ +displaymatrix: rotation of (-?\d+\.\d+) degrees/) ?? []
  return {
    stream,
    width: Number(width),
    height: Number(height),
    rotation: quarters(-Number(turned ?? 0)),
    frameRate: frameRate > 0 ? frameRate : undefined,
  }
}

/** The nearest quarter turn; 0 if none is near. */
function quarters(degrees: number): 0 | 90 | 180 | 270 {
  const turned = ((degrees % 360) + 360) % 360
  return ([90, 180, 270] as const).find((quarter) => Math.abs(quarter - turned) < 1) ?? 0
}

function match(messages: readonly Message[], pattern: RegExp): RegExpExecArray | undefined {
  for (const { text } of messages) {
    const found = pattern.exec(text)
    if (found) return found
  }
  return undefined
}
