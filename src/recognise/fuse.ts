/** Fuses voice and face into one timeline, over the emotions that both know. */
import {
  type Estimate,
  type Moment,
  type Reading,
  type Recognition,
  type Sense,
  senses,
} from './recognition.js'

/** Readings by their sense. */
export type Readings = Readonly<Partial<Record<Sense, Reading>>>

/** The fused recognition of a clip, without its name and remarks. */
export type Fused = Omit<Recognition, 'name' | 'remarks'>

/** The least probability of a sense, so that neither can rule out an emotion alone. */
const floor = 1e-3

/**
 * Fuses readings over the emotions that they share. In each moment, a sense's probabilities are the
 * mean of its estimates, weighted by how long each overlaps the moment and renormalised over the
 * shared emotions. The fused probabilities are the renormalised geometric mean of both senses, so
 * that two senses that agree are no surer than each alone. Where one has no estimate, the other
 * stands alone. The whole clip is the mean over its moments.
 *
 * @param duration seconds
 * @param step seconds per moment; the last one is half to one and a half times as long
 * @param among the emotions to tell apart; those that all readings with estimates share unless given
 */
export function fuse(
  readings: Readings,
  duration: number,
  step: number,
  among?: readonly string[],
): Fused {
  const present = senses.flatMap((sense) => {
    const reading = readings[sense]
    return reading && reading.estimates.length > 0 ? [{ sense, reading }] : []
  })
  const emotions = among ?? sharedEmotions(present.map(({ reading }) => reading.emotions))
  const moments = momentsOf(duration, step)
  const lanes = present.map(({ sense, reading }) => ({
    sense,
    shares: sharesIn(moments, restricted(reading, emotions)),
  }))
  const timeline = moments.map((moment, at): Moment => {
    const own = lanes.flatMap(({ sense, shares }) => {
      const probabilities = shares[at]
      return probabilities ? [{ sense, probabilities }] : []
    })
    return {
      ...moment,
      ...(own.length > 0 && {
        probabilities: geometricMean(own.map((lane) => lane.probabilities)),
      }),
      ...Object.fromEntries(own.map(({ sense, probabilities }) => [sense, probabilities])),
    }
  })
  return { duration, emotions, timeline, ...wholeOf(timeline, emotions) }
}

/** The whole clip: the mean over its moments, fused and by each sense that was there at all. */
export function wholeOf(
  timeline: readonly Moment[],
  emotions: readonly string[],
): Pick<Fused, 'emotion' | 'probabilities' | 'alone'> {
  const mean = (of: (moment: Moment) => readonly number[] | undefined) =>
    meanOf(
      timeline.map((moment) => of(moment) ?? []),
      emotions.length,
    )
  const probabilities = mean((moment) => moment.probabilities)
  const present = senses.filter((sense) => timeline.some((moment) => moment[sense]))
  return {
    emotion: likeliest(emotions, probabilities),
    probabilities,
    alone: Object.fromEntries(present.map((sense) => [sense, mean((moment) => moment[sense])])),
  }
}

/** The emotions that all of some models tell apart, in the order of the first. */
export function sharedEmotions([first = [], ...others]: readonly (readonly string[])[]): string[] {
  return first.filter((name) => others.every((emotions) => emotions.includes(name)))
}

/** A reading over some of its emotions. */
function restricted({ emotions, estimates }: Reading, shared: readonly string[]): Estimate[] {
  const places = shared.map((name) => emotions.indexOf(name))
  return estimates.map(({ probabilities, ...times }) => ({
    ...times,
    probabilities: normalised(places.map((place) => Math.max(probabilities[place] ?? 0, floor))),
  }))
}

function momentsOf(duration: number, step: number): Pick<Moment, 'start' | 'end'>[] {
  const count = Math.max(1, Math.round(duration / step))
  return Array.from({ length: count }, (_, at) => ({
    start: at * step,
    end: at === count - 1 ? duration : (at + 1) * step,
  }))
}

/** The mean of the estimates in each moment, weighted by overlap; undefined where there is none. */
function sharesIn(
  moments: readonly Pick<Moment, 'start' | 'end'>[],
  estimates: readonly Estimate[],
): (readonly number[] | undefined)[] {
  let next = 0
  return moments.map((moment) => {
    const sum: number[] = []
    // Estimates are in the order of time and mostly of equal length, so earlier ones are over.
    while ((estimates[next]?.end ?? Number.POSITIVE_INFINITY) <= moment.start) next++
    for (let at = next; at < estimates.length; at++) {
      const { start = 0, end = 0, probabilities = [] } = estimates[at] ?? {}
      if (start >= moment.end) break
      const overlap = Math.min(end, moment.end) - Math.max(start, moment.start)
      if (overlap <= 0) continue
      for (const [place, value] of probabilities.entries()) {
        sum[place] = (sum[place] ?? 0) + overlap * value
      }
    }
    return sum.length > 0 ? normalised(sum) : undefined
  })
}

function geometricMean(shares: readonly (readonly number[])[]): readonly number[] {
  const [first = []] = shares
  if (shares.length === 1) return first
  return normalised(
    first.map((_, place) =>
      Math.exp(
        shares.reduce((sum, share) => sum + Math.log(share[place] ?? floor), 0) / shares.length,
      ),
    ),
  )
}

/** The mean of the rows that are not empty. */
function meanOf(shares: readonly (readonly number[])[], width: number): readonly number[] {
  const known = shares.filter(({ length }) => length > 0)
  return Array.from(
    { length: known.length > 0 ? width : 0 },
    (_, place) => known.reduce((sum, share) => sum + (share[place] ?? 0), 0) / known.length,
  )
}

function normalised(values: readonly number[]): number[] {
  const sum = values.reduce((total, value) => total + value, 0)
  return values.map((value) => value / sum)
}

function likeliest(
  emotions: readonly string[],
  probabilities: readonly number[],
): string | undefined {
  return probabilities.length > 0
    ? emotions[probabilities.indexOf(Math.max(...probabilities))]
    : undefined
}
