/** Recordings that are mutated: by the same numbers in Node and in a page. */
import { readFileSync } from 'node:fs'
import { RandomStream } from '../../src/base/random.js'
import { countingPicture, recordingFormats, runFfmpeg, tones } from '../support/clips.js'

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

export interface Seed {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Makes the recordings, by ffmpeg. */
export function makeSeeds(at: (name: string) => string): Seed[] {
  return Object.entries(recordingFormats).map(([name, codecs]) => {
    runFfmpeg(...countingPicture(30), ...tones(1.2, 16_000), ...codecs, at(name))
    return { name, bytes: new Uint8Array(readFileSync(at(name))) }
  })
}

/** One of the recordings, changed as its number says. */
export function mutated(seeds: readonly Seed[], input: number): Seed {
  const random = new RandomStream(input, 'recordings')
  const seed = seeds[input % seeds.length]
  const mutate = mutations[whole(random, mutations.length)]
  if (!seed || !mutate) throw new Error('there are no recordings to mutate')
  return { name: seed.name, bytes: mutate(seed.bytes, random) }
}
