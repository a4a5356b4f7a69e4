import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { LimbicError } from '../src/base/errors.js'
import { type Summary, summarise } from './statistics.js'

/** Wall time of `limbic --help` in milliseconds, process start included; undefined before `npm run build`. */
export function timeHelp(program: string, rounds: number): Summary | undefined {
  if (!existsSync(program)) return undefined
  const times = Array.from({ length: rounds + 1 }, () => {
    const start = performance.now()
    const { status, stderr } = spawnSync(process.execPath, [program, '--help'], {
      encoding: 'utf8',
    })
    if (status !== 0) {
      throw new LimbicError('limbic --help failed', { where: program, got: stderr.trim() })
    }
    return performance.now() - start
  })
  return summarise(times.slice(1))
}
