/** What is recognised in a recording, as lines of text. */
import { type Recognition, senses, spansOf } from '../../recognise/index.js'

/**
 * The answer, a bar for each emotion, the answers of each modality alone, and the emotion over
 * time.
 */
export function linesOf(recognition: Recognition): string[] {
  const { name, duration, emotion, emotions, probabilities } = recognition
  const head = `${name}, ${duration.toFixed(1)} s: ${emotion ?? 'nothing to be heard or seen'}`
  if (emotion === undefined) return [head]
  const width = Math.max(...emotions.map(({ length }) => length))
  const told = senses.filter((sense) => recognition.alone[sense])
  const bars = likeliestFirst(recognition).map((place) => {
    const share = probabilities[place] ?? 0
    const alone = told.map((sense) => `${sense} ${percent(recognition.alone[sense]?.[place] ?? 0)}`)
    const beside = told.length > 1 ? `   ${alone.join('   ')}` : ''
    return `  ${(emotions[place] ?? '').padEnd(width)}  ${bar(share)} ${percent(share)}${beside}`
  })
  const spans = spansOf(recognition).map(({ start, end, emotion: likeliest, probability }) => {
    const time = `${start.toFixed(1)} to ${end.toFixed(1)} s`.padEnd(16)
    return `  ${time}  ${likeliest ? `${likeliest} (${percent(probability).trim()})` : '-'}`
  })
  return [`${head}, ${sureness(probabilities)}`, ...bars, 'Over time:', ...spans]
}

/** Indices of the emotions, the likeliest first. */
export function likeliestFirst({ emotions, probabilities }: Recognition): number[] {
  return [...emotions.keys()].sort(
    (one, other) => (probabilities[other] ?? 0) - (probabilities[one] ?? 0),
  )
}

/** The caveat beside every answer of the models that come with Limbic. */
export const starterNotice =
  'Starter models, trained on acted German speech and on pictures of faces: they say what voice and ' +
  'face resemble, not what somebody feels, and are often wrong. Train on data of your own for more'

/** How clearly the likeliest emotion leads the next. */
export function sureness(probabilities: readonly number[]): string {
  const [first = 0, second = 0] = [...probabilities].sort((one, other) => other - one)
  if (first - second >= 0.4) return 'clearly'
  return first - second >= 0.15 ? 'probably' : 'barely more than the next'
}

const length = 24

function bar(share: number): string {
  const filled = Math.round(share * length)
  return '█'.repeat(filled) + '░'.repeat(length - filled)
}

const percent = (share: number): string => `${Math.round(100 * share)}%`.padStart(4)
