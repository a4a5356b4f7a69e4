import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { LimbicError } from '../src/base/errors.js'

/** Something that runs steps on request, in a process of its own. */
export interface Contestant {
  readonly name: string
  /** Peak memory before its step was built: what the runtime or framework costs by itself. */
  readonly restingMemory: number
  /** Milliseconds it took to build its step: graph, session and batch. */
  readonly buildTime: number
  /** Runs that many steps and returns milliseconds per step. */
  run(steps: number): Promise<number>
  /** Largest resident memory so far, in bytes. */
  peakMemory(): Promise<number>
  close(): Promise<void>
}

const readySchema = z.object({
  ready: z.literal(true),
  resting_bytes: z.number(),
  build_ms: z.number(),
})
const measuredSchema = z.object({ ms: z.number().positive(), peak_bytes: z.number() })

/** Starts a process that speaks the protocol of `worker.ts` and `peers/protocol.py`, and waits until it is ready. */
export async function startContestant(
  name: string,
  program: string,
  ...programArguments: readonly string[]
): Promise<Contestant> {
  const child = spawn(program, programArguments, { stdio: ['pipe', 'pipe', 'pipe'] })
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-2000)
  })
  // A contestant that dies is noticed where its answer is awaited; the pipe need not tell it again.
  child.stdin.on('error', () => {})
  const failed = once(child, 'error').then(([error]) => String(error))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()

  async function answer<Answer>(schema: z.ZodType<Answer>): Promise<Answer> {
    const line = await Promise.race([
      lines.next(),
      failed.then((reason) => ({ done: true as const, value: reason })),
    ])
    if (line.done) {
      throw new LimbicError('a contestant stopped without an answer', {
        where: name,
        got: complaints.trim().split('\n').at(-1) || String(line.value ?? 'nothing'),
      })
    }
    return schema.parse(JSON.parse(line.value))
  }

  const ready = await answer(readySchema)
  let peak = ready.resting_bytes
  return {
    name,
    restingMemory: ready.resting_bytes,
    buildTime: ready.build_ms,
    async run(steps) {
      child.stdin.write(`${JSON.stringify({ run: steps })}\n`)
      const measured = await answer(measuredSchema)
      peak = measured.peak_bytes
      return measured.ms
    },
    async peakMemory() {
      return peak
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
      const gone = once(child, 'exit')
      child.stdin.end()
      await gone
    },
  }
}
