/** Mutated recordings: whatever is in a file, it is read, or answered in one line. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { LimbicError } from '../../src/base/errors.js'
import { oneLine } from '../../src/base/text/clean.js'
import { openMedia } from '../../src/media/decode/node/index.js'
import { hasFfmpeg } from '../support/clips.js'
import { temporaryPaths } from '../support/folders.js'
import { makeSeeds, mutated } from './recordings.js'

/** How many files are tried: LIMBIC_MEDIA_ATTACKS=2000 is the long form. */
const count = Number(process.env.LIMBIC_MEDIA_ATTACKS ?? 60)
const first = Number(process.env.LIMBIC_MEDIA_ATTACKS_FIRST ?? 0)
/** Milliseconds. A busy machine takes several times as long as a free one. */
const longest = 20_000
/** Bytes, of this process or of a decoder. */
const mostMemory = 2 * 2 ** 30

const at = temporaryPaths()

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
    const seeds = makeSeeds(at)
    let most = 0
    const watch = setInterval(() => {
      most = Math.max(most, memoryOfDecoders())
    }, 50)
    try {
      for (let input = first; input < first + count; input++) {
        const { name, bytes } = mutated(seeds, input)
        const path = at(`mutated-${name}`)
        writeFileSync(path, bytes)
        const begun = performance.now()
        const told = await read(path)
        const place = `${name}, input ${input}`
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
