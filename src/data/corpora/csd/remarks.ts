/** Finds mistakes that show only when the times of several computational sequences are compared. */
import type { CorpusSources } from './options.js'
import type { ComputationalSequence } from './sequence.js'

/** The number of videos compared: a file uses one unit of time for all of its videos. */
const compared = 20
/** Feature rows may end a little before or after the labels, but not by this factor. */
const mostApart = 50

/** All sequences of a corpus, with their names in messages. */
function named({
  modalities,
  labels,
  words,
}: CorpusSources): (readonly [name: string, sequence: ComputationalSequence])[] {
  return [...modalities, ['labels', labels] as const, ...(words ? [['words', words] as const] : [])]
}

/**
 * Notes on the rows with an invalid interval of each sequence, as far as intervals have been read.
 */
export function intervalNotes(sources: CorpusSources): string[] {
  return named(sources).flatMap(([name, { invalidIntervals }]) => {
    const rows = [...invalidIntervals.values()].reduce((sum, count) => sum + count, 0)
    const [first] = invalidIntervals.keys()
    return rows === 0
      ? []
      : [
          `${name}: ${rows} rows have an inverted or invalid interval and are left out (${first} first)`,
        ]
  })
}

/**
 * Notes on sequences whose times use another unit than the labels, such as milliseconds: every word
 * would get the same row, or none.
 */
export function unitNotes(sources: CorpusSources): string[] {
  const { labels } = sources
  const videos = [...labels.entries.keys()].filter((video) =>
    named(sources).every(([, { entries }]) => entries.has(video)),
  )
  return named(sources).flatMap(([name, sequence]) => {
    const ratios = videos
      .slice(0, compared)
      .map((video) => lastEnd(sequence, video) / lastEnd(labels, video))
      .filter((ratio) => Number.isFinite(ratio) && ratio > 0)
      .sort((one, other) => one - other)
    const ratio = ratios[Math.floor(ratios.length / 2)]
    if (ratio === undefined || (ratio < mostApart && ratio > 1 / mostApart)) return []
    const times =
      ratio > 1
        ? `${Math.round(ratio)} times as late as the labels`
        : `at 1/${Math.round(1 / ratio)} of the labels' time`
    const unit = ratio > 500 && ratio < 2000 ? '; milliseconds, perhaps' : ''
    return [`${name}: its rows end ${times}, so its times seem to be in another unit${unit}`]
  })
}

function lastEnd({ entries }: ComputationalSequence, video: string): number {
  const times = entries.get(video)?.intervals() ?? new Float64Array()
  return times.reduce((latest, time) => Math.max(latest, time), 0)
}
