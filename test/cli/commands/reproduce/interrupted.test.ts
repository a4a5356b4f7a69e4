/** limbic reproduce, interrupted and killed, in real processes. */
import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { RunFolder } from '../../../../src/runs/folder.js'
import { temporaryPaths } from '../../../support/folders.js'
import { type RunningProgram, start } from '../../../support/running.js'
import { runIt, tiny, writeExperiment } from './experiment.js'

const at = temporaryPaths()

describe('an experiment that is interrupted', () => {
  const long = tiny({
    protocol: { seeds: 2, training: { epochs: 5000, patience: 5000, batchSize: 2 } },
    rows: [{ label: 'Words', model: 'mmlatch', settings: { modalities: ['text'] } }],
  })
  const path = writeExperiment(at('long.yaml'), long)
  const epochsOf = (out: string, seed: number) =>
    new RunFolder(at(out, 'words', `seed-${seed}`)).readEpochs().length
  /** Until every run has finished some epochs; a program that ends before has failed. */
  const underWay = async (program: RunningProgram, out: string, epochs = 1) => {
    let over = false
    const ended = program.ended.then(({ stderr }) => {
      over = true
      throw new Error(`ended without ${epochs} epochs: ${stderr}`)
    })
    const reached = (async () => {
      while (!over && ![0, 1].every((seed) => epochsOf(out, seed) >= epochs)) {
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    })()
    await Promise.race([reached, ended])
    ended.catch(() => {})
  }
  const locks = (out: string) =>
    readdirSync(at(out, 'words')).filter((name) => name.endsWith('.lock'))

  test('by Ctrl-C ends with 130 and says how to go on; after kill -9 the workers end too', async () => {
    const stopped = start(runIt(path, '--out', at('stopped')))
    await underWay(stopped, 'stopped')
    stopped.child.kill('SIGINT')
    const { status, stderr, stdout } = await stopped.ended
    expect(status).toBe(130)
    expect(stderr).toContain('Stopped with 2 runs left; repeat the command to resume')
    expect(stdout).toBe('')
    expect(locks('stopped')).toEqual([])
    const before = [0, 1].map((seed) => epochsOf('stopped', seed))

    const killed = start(runIt(path, '--out', at('stopped')))
    await killed.saw(`seed 0: resuming after epoch ${before[0]}`)
    await underWay(killed, 'stopped', Math.max(...before) + 1)
    killed.child.kill('SIGKILL')
    expect((await killed.ended).signal).toBe('SIGKILL')
    // The workers find out by themselves, on a busy machine late.
    await vi.waitUntil(() => locks('stopped').length === 0, { timeout: 200_000, interval: 100 })
    expect(locks('stopped')).toEqual([])
    expect(existsSync(at('stopped', 'report.html'))).toBe(false)
  })
})
