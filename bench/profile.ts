/**
 * Where a training step of MMLatch spends its time, by operator, as ONNX Runtime's profile tells.
 * Profiling slows small operators down, most of all inside loops: read shares, not milliseconds.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { TrainingStep } from '../src/learn/step/step.js'
import { nodeEngine } from '../src/runtime/node.js'
import { latch } from './contestants.js'
import { table } from './table.js'

const steps = 10
const events = z.array(
  z.object({
    name: z.string(),
    dur: z.number().optional(),
    args: z.object({ op_name: z.string().optional() }).optional(),
  }),
)

const folder = mkdtempSync(join(tmpdir(), 'limbic-profile-'))
try {
  const { feeds, ...settings } = latch('lstm')
  const trainer = await TrainingStep.open({
    engine: nodeEngine,
    ...settings,
    optimiser: { weightDecay: 0 },
    seed: 0,
    session: { threads: 2, profile: join(folder, 'step') },
  })
  for (let step = 0; step < steps; step++) await trainer.step(feeds, 5e-4)
  await trainer.close()

  const [file] = readdirSync(folder)
  const times = new Map<string, { inLoops: number; outside: number; count: number }>()
  for (const { name, dur = 0, args } of events.parse(
    JSON.parse(readFileSync(join(folder, file ?? ''), 'utf8')),
  )) {
    // A Scan's own time is that of the operators in its body, which are counted one by one.
    if (!name.endsWith('_kernel_time') || !args?.op_name || args.op_name === 'Scan') continue
    const time = times.get(args.op_name) ?? { inLoops: 0, outside: 0, count: 0 }
    if (name.includes('body')) time.inLoops += dur
    else time.outside += dur
    time.count++
    times.set(args.op_name, time)
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
