import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Asha } from '../../../src/experiments/search/asha.js'

/**
 * Algorithm 2 of the paper, by hand: a free worker asks for the best trial of a rung that may go on, from
 * the highest rung, and otherwise begins a new one.
 */
function byTheBook(
  losses: readonly (readonly number[])[],
  eta: number,
  order: (running: number) => number,
  workers: number,
): string[] {
  const rungs = losses[0]?.length ?? 0
  const finished: [trial: number, loss: number][][] = Array.from({ length: rungs }, () => [])
  const promoted = Array.from({ length: rungs }, () => new Set<number>())
  const jobs: string[] = []
  const running: { trial: number; rung: number }[] = []
  let fresh = 0
  const getJob = () => {
    for (let rung = rungs - 2; rung >= 0; rung--) {
      const all = finished[rung] ?? []
      const best = [...all].sort((one, other) => one[1] - other[1])
      const top = best.slice(0, Math.floor(all.length / eta)).filter(([, loss]) => loss < 1e9)
      const next = top.find(([trial]) => !promoted[rung]?.has(trial))
      if (next) {
        promoted[rung]?.add(next[0])
        return { trial: next[0], rung: rung + 1 }
      }
    }
    return fresh < losses.length ? { trial: fresh++, rung: 0 } : undefined
  }
  for (;;) {
    while (running.length < workers) {
      const job = getJob()
      if (!job) break
      jobs.push(`${job.trial}/${job.rung}`)
      running.push(job)
    }
    if (running.length === 0) return jobs
    const [{ trial = 0, rung = 0 } = {}] = running.splice(order(running.length), 1)
    finished[rung]?.push([trial, losses[trial]?.[rung] ?? 0])
  }
}

/** The same with a queue that takes promotions first. */
function byQueue(
  losses: readonly (readonly number[])[],
  eta: number,
  order: (running: number) => number,
  workers: number,
): string[] {
  const asha = new Asha(losses[0]?.length ?? 0, eta)
  const waiting = losses.map((_, trial) => ({ trial, rung: 0 }))
  const running: { trial: number; rung: number }[] = []
  const jobs: string[] = []
  for (;;) {
    while (running.length < workers && waiting.length > 0) {
      const most = Math.max(...waiting.map(({ rung }) => rung))
      const [job = { trial: 0, rung: 0 }] = waiting.splice(
        waiting.findIndex(({ rung }) => rung === most),
        1,
      )
      jobs.push(`${job.trial}/${job.rung}`)
      running.push(job)
    }
    if (running.length === 0) return jobs
    const [{ trial = 0, rung = 0 } = {}] = running.splice(order(running.length), 1)
    asha.finished(trial, rung, losses[trial]?.[rung] ?? 0)
    waiting.push(...asha.promotions())
  }
}

describe('asynchronous halving', () => {
  test('starts the jobs of the algorithm, in its order, whoever finishes first', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }).chain((rungs) =>
          fc.array(
            fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
              minLength: rungs,
              maxLength: rungs,
            }),
            {
              minLength: 1,
              maxLength: 40,
            },
          ),
        ),
        fc.integer({ min: 2, max: 4 }),
        fc.integer({ min: 1, max: 8 }),
        fc.infiniteStream(fc.nat()),
        (losses, eta, workers, choices) => {
          const drawn = [...Array(400)].map(() => choices.next().value ?? 0)
          const order = () => {
            let at = 0
            return (running: number) => (drawn[at++] ?? 0) % running
          }
          expect(byQueue(losses, eta, order(), workers)).toEqual(
            byTheBook(losses, eta, order(), workers),
          )
        },
      ),
      { numRuns: 300 },
    )
  })

  test('takes no trial that diverged, and carries one to the end where too few remain', () => {
    const asha = new Asha(3, 3)
    for (const [trial, loss] of [Number.NaN, 2, Number.POSITIVE_INFINITY, 1].entries()) {
      asha.finished(trial, 0, loss)
    }
    expect(asha.promotions()).toEqual([{ trial: 3, rung: 1 }])
    asha.finished(3, 1, 0.5)
    expect(asha.promotions()).toEqual([])
    expect(asha.last()).toEqual({ trial: 3, rung: 2 })
    // It failed there: the next best is left.
    expect(asha.last()).toEqual({ trial: 1, rung: 1 })
    asha.finished(1, 1, 0.7)
    expect(asha.last()).toEqual({ trial: 1, rung: 2 })
    asha.finished(1, 2, 0.6)
    expect(asha.last()).toBeUndefined()
    expect(new Asha(2, 3).last()).toBeUndefined()
  })
})
