/**
 * Where a step spends its time, by operator, as ONNX Runtime's profile tells: a training step of MMLatch, or
 * that of another benchmark. Profiling slows small operators down, most of all inside loops: read shares,
 * not milliseconds.
 *
 *     npm run bench:profile -- fe2e-train
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { benchmarks, isBenchmarkName } from './benchmarks.js'
import { startContestant } from './contestant.js'
import { table } from './table.js'

const steps = 10
const events = z.array(
  z.object({
    name: z.string(),
    dur: z.number().optional(),
    args: z.object({ op_name: z.string().optional() }).optional(),
  }),
)

const [, , benchmark = 'mmlatch-train'] = process.argv
if (!isBenchmarkName(benchmark)) {
  console.error(
    `There is no benchmark "${benchmark}". Known: ${Object.keys(benchmarks).join(', ')}`,
  )
  process.exit(2)
}
const worker = fileURLToPath(new URL('worker.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'limbic-profile-'))
try {
  process.env.BENCH_PROFILE = join(folder, 'step')
  const contestant = await startContestant('Limbic', process.execPath, worker, benchmark)
  await contestant.run(steps)
  // Sessions write their profiles when they are closed.
  await contestant.close()

  const times = new Map<string, { inLoops: number; outside: number; count: number }>()
  for (const file of readdirSync(folder)) {
    for (const { name, dur = 0, args } of events.parse(
      JSON.parse(readFileSync(join(folder, file), 'utf8')),
    )) {
      // A Scan's own time is that of the operators in its body, which are counted one by one.
      if (!name.endsWith('_kernel_time') || !args?.op_name || args.op_name === 'Scan') continue
      const time = times.get(args.op_name) ?? { inLoops: 0, outside: 0, count: 0 }
      if (name.includes('body')) time.inLoops += dur
      else time.outside += dur
      time.count++
      times.set(args.op_name, time)
    }
  }
  const total = [...times.values()].reduce(
    (sum, { inLoops, outside }) => sum + inLoops + outside,
    0,
  )
  const share = (time: number) => `${((100 * time) / total).toFixed(1)} %`
  const rows = [...times]
    .sort(([, one], [, other]) => other.inLoops + other.outside - one.inLoops - one.outside)
    .slice(0, 14)
    .map(([operator, { inLoops, outside, count }]) => [
      operator,
      share(inLoops + outside),
      share(inLoops),
      share(outside),
      String(Math.round(count / steps)),
    ])
  console.log(table(['operator', 'of the step', 'in loops', 'outside', 'nodes run'], rows))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
