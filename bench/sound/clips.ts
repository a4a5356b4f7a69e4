/** Real clips as raw samples, which both sides of the race read. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LimbicError } from '../../src/base/errors.js'

export const rate = 16_000

/** How many clips of each corpus, evenly over its files in the order of their names. */
const each = 12

/**
 * Decodes clips of EMO-DB and RAVDESS to mono float32 files at 16 kHz, by ffmpeg.
 *
 * @throws LimbicError if the reference data or ffmpeg is missing
 */
export function decodeClips(folder: string): void {
  const repository = fileURLToPath(new URL('../../../', import.meta.url))
  const shared = resolve(process.env.LIMBIC_SHARED ?? join(repository, '../shared'), 'data/media')
  for (const corpus of ['emodb', 'ravdess']) {
    const source = join(shared, corpus)
    if (!existsSync(source)) {
      throw new LimbicError('the clips of the benchmark are missing', {
        where: source,
        hint: 'Set LIMBIC_SHARED to the folder of reference data',
      })
    }
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.flac'))
      .sort()
    for (let turn = 0; turn < each; turn++) {
      const file = files[Math.floor((turn * files.length) / each)]
      if (file === undefined) continue
      const target = join(folder, `${corpus}-${turn}.f32`)
      const options = ['-v', 'error', '-i', join(source, file), '-ar', String(rate), '-f', 'f32le']
      const { status, error, stderr } = spawnSync('ffmpeg', [...options, target])
      if (status !== 0) {
        throw new LimbicError('ffmpeg did not decode a clip', {
          where: file,
          got: String(error ?? stderr),
        })
      }
    }
  }
}

/** The clips of a folder. */
export function readClips(folder: string): Float32Array[] {
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const bytes = new Uint8Array(readFileSync(join(folder, name)))
      return new Float32Array(bytes.buffer)
    })
}
