import { setTimeout as pause } from 'node:timers/promises'
import type { Contestant } from './contestant.js'
import { type Summary, summarise } from './statistics.js'

/** Milliseconds per step of one contestant over all rounds, and its memory. */
export interface Result extends Summary {
  readonly name: string
  readonly peakMemory: number
  readonly restingMemory: number
  readonly buildTime: number
}

const warmUps = 3
/** A turn lasts about this long, in milliseconds, so that a clock tick or one interruption weighs little. */
const turn = 300
/** Threads of the last contestant may spin for a while before they sleep; the next one waits for that. */
const rest = 60

/** Lets contestants take turns for `rounds` rounds, each round starting with another one. */
export async function race(
  contestants: readonly Contestant[],
  rounds: number,
): Promise<readonly Result[]> {
  const lanes = []
  for (const contestant of contestants) {
    let warm = Number.POSITIVE_INFINITY
    for (let round = 0; round < warmUps; round++) warm = Math.min(warm, await contestant.run(1))
    const steps = Math.min(100, Math.max(1, Math.ceil(turn / warm)))
    lanes.push({ contestant, steps, times: [] as number[] })
  }
  for (let round = 0; round < rounds; round++) {
    const first = round % lanes.length
    for (const lane of [...lanes.slice(first), ...lanes.slice(0, first)]) {
      await pause(rest)
      // The first step after a pause finds threads asleep and caches full of another's data.
      await lane.contestant.run(1)
      lane.times.push(await lane.contestant.run(lane.steps))
    }
  }
  return Promise.all(
    lanes.map(async ({ contestant, times }) => ({
      name: contestant.name,
      ...summarise(times),
      peakMemory: await contestant.peakMemory(),
      restingMemory: contestant.restingMemory,
      buildTime: contestant.buildTime,
    })),
  )
}
