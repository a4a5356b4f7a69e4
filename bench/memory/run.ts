/** What every model is said to need, beside what it takes: `npm run bench:memory -- [--runs=N] [MODEL...]` (Linux). */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { type Case, casesOf } from './cases.js'
import type { Weighed } from './worker.js'

const given = process.argv.slice(2)
const runs = given.find((one) => one.startsWith('--runs='))?.slice('--runs='.length) ?? '1'

const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0).padStart(6)

console.log('| model | | samples x steps | estimate, MiB | measured, MiB | measured / estimate |')
console.log('|---|---|---|---|---|---|')
for (const one of casesOf(given.filter((one) => !one.startsWith('--')))) {
  const { model, what, samples, steps } = one
  const weighed = weigh(one)
  const figures =
    weighed === undefined
      ? 'failed | | '
      : `${mebibytes(weighed.estimate)} | ${mebibytes(weighed.measured)} | ${(weighed.measured / weighed.estimate).toFixed(2)}`
  console.log(`| ${model} | ${what} | ${samples} x ${steps} | ${figures} |`)
}

/** Undefined where the process failed, as where memory ran out. */
function weigh(one: Case): Weighed | undefined {
  const worker = join(import.meta.dirname, 'worker.js')
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--expose-gc', worker, JSON.stringify(one), runs],
    { encoding: 'utf8', timeout: 300_000 },
  )
  if (status === 0) return JSON.parse(stdout) as Weighed
  console.error(stderr.split('\n').slice(0, 8).join('\n'))
  return undefined
}
