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
/** Threads of the last contestant may spin for a while before they sleep; the next one waits for that. */
const rest = 60

export interface RaceSettings {
  readonly rounds: number
  /**
   * A turn lasts about this long, in milliseconds: a tick of the clock or an interruption should
   * weigh little.
   */
  readonly turn: number
  /** Contestants that run in every third round only: their rates change little. */
  readonly seldom?: (name: string) => boolean
}

/** Lets contestants take turns for some rounds, each round starting with another one. */
export async function race(
  contestants: readonly Contestant[],
  { rounds, turn, seldom = () => false }: RaceSettings,
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
      if (round % 3 !== 0 && seldom(lane.contestant.name)) continue
      await pause(rest)
      // The first step after a pause finds threads asleep and caches full of another's data; that is
      // nothing beside a step as long as a turn.
      if (lane.steps > 1) await lane.contestant.run(1)
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
