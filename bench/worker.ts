/**
 * The contestant's side of the conversation, the same as `peers/protocol.py`: started with the name of
 * what to run, it says when it is ready, then answers every `{"run": n}` with milliseconds per step.
 */
import { createInterface } from 'node:readline'
import { isBenchmarkName } from './benchmarks.js'
import { ours } from './contestants.js'
import { chains, isChainName, makeChain } from './roofline/products.js'
import type { MakeStep } from './step.js'

const name = process.argv[2] ?? ''
const restingBytes = peakBytes()
const start = performance.now()
const step = await makeStepOf(name)()
say({ ready: true, resting_bytes: restingBytes, build_ms: performance.now() - start })

for await (const line of createInterface({ input: process.stdin })) {
  const steps = Number(JSON.parse(line).run)
  const begin = performance.now()
  for (let done = 0; done < steps; done++) await step()
  const elapsed = performance.now() - begin
  say({ ms: elapsed / steps, peak_bytes: peakBytes() })
}
await step.close?.()

function makeStepOf(contestant: string): MakeStep {
  if (isChainName(contestant)) return makeChain(chains[contestant])
  const make = isBenchmarkName(contestant) ? ours[contestant] : undefined
  if (!make) throw new Error(`no contestant called "${contestant}"`)
  return make
}

/** Largest resident memory of this process so far; Node gives it in KiB everywhere. */
function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024
}

function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}
