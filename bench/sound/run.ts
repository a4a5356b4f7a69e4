/** Features of sound against librosa, on real clips, one thread a side. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LimbicError } from '../../src/base/errors.js'
import { type Contestant, startContestant } from '../contestant.js'
import { race } from '../race.js'
import { mebibytes, milliseconds, table } from '../table.js'
import { decodeClips, rate, readClips } from './clips.js'

const rounds = 15
const worker = fileURLToPath(new URL('worker.js', import.meta.url))
const peer = fileURLToPath(new URL('../../../bench/peers/sound.py', import.meta.url))
const python = process.env.LIMBIC_PYTHON || 'python3'

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'limbic-bench-'))
  const contestants: Contestant[] = []
  try {
    decodeClips(folder)
    const clips = readClips(folder)
    const seconds = clips.reduce((sum, { length }) => sum + length / rate, 0)
    console.log(`${clips.length} clips, ${seconds.toFixed(1)} s of sound`)
    const rows: string[][] = []
    for (const what of ['mfcc,mel', 'mfcc', 'mel']) {
      contestants.push(await startContestant('Limbic', process.execPath, worker, folder, what))
      contestants.push(await startContestant('librosa', python, peer, folder, `--features=${what}`))
      const results = await race(contestants, { rounds, turn: 300 })
      const [mine] = results
      for (const { name, median, lowerQuartile, upperQuartile, peakMemory } of results) {
        const spread = `${milliseconds(median)} (${milliseconds(lowerQuartile)}-${milliseconds(upperQuartile)})`
        rows.push([
          what.replace(',', ' and '),
          name,
          spread,
          `${((seconds * 1000) / median).toFixed(0)} x`,
          mine ? (median / mine.median).toFixed(2) : '-',
          mebibytes(peakMemory),
        ])
      }
      for (const contestant of contestants.splice(0)) await contestant.close()
    }
    const header = ['features', 'by', 'ms', 'real time', 'times Limbic', 'peak, MiB']
    console.log(table(header, rows))
  } finally {
    await Promise.all(contestants.map((contestant) => contestant.close()))
    rmSync(folder, { recursive: true, force: true })
  }
}

try {
  await main()
} catch (error) {
  if (!(error instanceof LimbicError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
