/** Mutated recordings: whatever is in a file, it is read, or answered in one line. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { LimbicError } from '../../src/base/errors.js'
import { RandomStream } from '../../src/base/random.js'
import { oneLine } from '../../src/base/text/clean.js'
import { openMedia } from '../../src/media/decode/node/index.js'
import { countingPicture, h264, hasFfmpeg, runFfmpeg, tones } from '../support/clips.js'
import { temporaryPaths } from '../support/folders.js'

/** How many files are tried: LIMBIC_MEDIA_ATTACKS=2000 is the long form. */
const count = Number(process.env.LIMBIC_MEDIA_ATTACKS ?? 60)
const first = Number(process.env.LIMBIC_MEDIA_ATTACKS_FIRST ?? 0)
/** Milliseconds. A busy machine takes several times as long as a free one. */
const longest = 20_000
/** Bytes, of this process or of a decoder. */
const mostMemory = 2 * 2 ** 30

const at = temporaryPaths()

/** Recordings of a second or two, by their names. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  'clip.mp4': [...h264, '-c:a', 'aac'],
  'faststart.mp4': [...h264, '-c:a', 'aac', '-movflags', '+faststart'],
  'turned.mov': [...h264, '-c:a', 'aac', '-metadata:s:v', 'rotate=90'],
  'clip.mkv': [...h264, '-c:a', 'aac'],
  'clip.webm': ['-c:v', 'libvpx', '-b:v', '1M', '-c:a', 'libopus'],
  'clip.avi': ['-c:v', 'mpeg4', '-q:v', '3', '-c:a', 'mp3'],
  'sound.wav': ['-vn'],
  'sound.flac': ['-vn'],
  'sound.mp3': ['-vn'],
  'sound.m4a': ['-vn', '-c:a', 'aac'],
  'sound.ogg': ['-vn', '-c:a', 'libvorbis'],
  'image.png': ['-an', '-frames:v', '1', '-update', '1'],
  'image.jpg': ['-an', '-frames:v', '1', '-update', '1'],
}

type Mutation = (bytes: Uint8Array, random: RandomStream) => Uint8Array

const whole = (random: RandomStream, below: number) => Math.floor(random.uniform() * below)

/** Writes over bytes from a place on. */
const over = (bytes: Uint8Array, place: number, part: Uint8Array): Uint8Array => {
  const changed = bytes.slice()
  const from = Math.min(place, bytes.length)
  changed.set(part.subarray(0, bytes.length - from), from)
  return changed
}
const noise = (random: RandomStream, length: number) =>
  Uint8Array.from({ length }, () => whole(random, 256))
const joined = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts))

const mutations: readonly Mutation[] = [
  // Cut short, anywhere.
  (bytes, random) => bytes.subarray(0, whole(random, bytes.length)),
  // Some bytes anywhere, or in the header.
  (bytes, random) => over(bytes, whole(random, bytes.length), noise(random, 1 + whole(random, 8))),
  (bytes, random) => over(bytes, whole(random, 200), noise(random, 1 + whole(random, 4))),
  // Sizes and counts that are as large, or as small, as can be.
  (bytes, random) => over(bytes, whole(random, 400), new Uint8Array(4).fill(0xff)),
  (bytes, random) => over(bytes, whole(random, bytes.length), new Uint8Array(4).fill(0x7f)),
  (bytes, random) => over(bytes, whole(random, bytes.length), new Uint8Array(64)),
  // A piece that is missing, twice there, or from elsewhere.
  (bytes, random) => {
    const [from, to] = [whole(random, bytes.length), whole(random, bytes.length)].sort(
      (a, b) => a - b,
    )
    return joined(bytes.subarray(0, from), bytes.subarray(to))
  },
  (bytes, random) => {
    const from = whole(random, bytes.length)
    return joined(bytes.subarray(0, from), bytes.subarray(whole(random, from + 1)))
  },
  (bytes, random) => {
    const from = whole(random, bytes.length)
    return joined(bytes.subarray(0, from), noise(random, whole(random, 2000)), bytes.subarray(from))
  },
]

/** The most memory that a child of this process has taken, in bytes; Linux only. */
function memoryOfDecoders(): number {
  try {
    return readdirSync('/proc/self/task')
      .flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8').trim().split(' '))
      .filter((child) => child !== '')
      .reduce((most, child) => {
        const [, kilobytes = '0'] =
          /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child}/status`, 'utf8')) ?? []
        return Math.max(most, 1024 * Number(kilobytes))
      }, 0)
  } catch {
    // One that ended meanwhile, or another system.
    return 0
  }
}

/** Reads all of a recording; what it says of it, or why it refuses. */
async function read(path: string): Promise<readonly string[]> {
  try {
    const source = await openMedia(path)
    try {
      let samples = 0
      let frames = 0
      if (source.sound) {
        for await (const { channels } of source.readSound()) samples += channels[0]?.length ?? 0
      }
      if (source.picture) {
        for await (const { data } of source.readFrames({ frames: { rate: 5 }, longest: 320 })) {
          frames += data.length > 0 ? 1 : 0
        }
      }
      // A minute of 48 kHz or 5 frames a second: seeds are shorter, however they are changed.
      expect(samples + frames).toBeLessThan(60 * 48_000 * 4)
      return source.remarks
    } finally {
      await source.close()
    }
  } catch (error) {
    if (error instanceof LimbicError) return [error.message]
    throw error
  }
}

test.skipIf(!hasFfmpeg)(
  'no mutated recording crashes, holds up or fills the memory, and each is told of in single lines (needs ffmpeg)',
  async () => {
    const seeds = Object.entries(kinds).map(([name, codecs]) => {
      runFfmpeg(...countingPicture(30), ...tones(1.2, 16_000), ...codecs, at(name))
      return { name, bytes: new Uint8Array(readFileSync(at(name))) }
    })
    let most = 0
    const watch = setInterval(() => {
      most = Math.max(most, memoryOfDecoders())
    }, 50)
    try {
      for (let input = first; input < first + count; input++) {
        const random = new RandomStream(input, 'recordings')
        const seed = seeds[input % seeds.length]
        const mutate = mutations[whole(random, mutations.length)]
        if (!seed || !mutate) continue
        const path = at(`mutated-${seed.name}`)
        writeFileSync(path, mutate(seed.bytes, random))
        const begun = performance.now()
        const told = await read(path)
        const place = `${seed.name}, input ${input}`
        expect(performance.now() - begun, place).toBeLessThan(longest)
        for (const line of told) expect(line, place).toBe(oneLine(line))
      }
    } finally {
      clearInterval(watch)
    }
    expect(most).toBeLessThan(mostMemory)
    expect(process.memoryUsage.rss()).toBeLessThan(mostMemory)
  },
  3_600_000,
)
