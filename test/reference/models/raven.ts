/** RAVEN in plain float64 loops, for one sample. */
import { type PlainWeights, plus, type Row, sum } from './plain.js'

type Rows = readonly Row[]

export interface RavenCase {
  readonly weights: PlainWeights
  readonly beta: number
  readonly gates: 'sigmoid' | 'linear'
  readonly scaling: 'bounded' | 'proportional'
}

/** One modality's true frames of each word, normalised already. */
export type FramesOfWords = readonly Rows[]

/** @param behaviours of each modality, by name */
export function shiftSlowly(
  words: Rows,
  behaviours: Readonly<Record<string, FramesOfWords>>,
  { weights, beta, gates, scaling }: RavenCase,
) {
  const names = Object.keys(behaviours)
  const length = (row: Row) => Math.sqrt(sum(row.map((x) => x * x)))
  const details = words.map((word, place) => {
    const gated = names.map((name) => {
      const frames = behaviours[name]?.[place] ?? []
      const resized = frames.map((frame) => weights.linear(`frames.${name}.resize`, frame))
      const states = weights.lstm(`frames.${name}.recurrent`, resized)
      const units = weights.get(`frames.${name}.recurrent.layer0.forward.recurrent_weight`).shape[1]
      const state = states.at(-1) ?? Array<number>(units ?? 0).fill(0)
      const [score = NaN] = weights.linear(`gates.${name}`, [...state, ...word])
      const gate = gates === 'sigmoid' ? 1 / (1 + Math.exp(-score)) : score
      return { gate, state: state.map((x) => gate * x) }
    })
    const shift = weights.linear(
      'shift',
      gated.flatMap(({ state }) => state),
    )
    const scale =
      scaling === 'bounded'
        ? Math.min((beta * length(word)) / length(shift), 1)
        : (beta * length(word)) / Math.max(length(shift), 1)
    const moved = plus(
      word,
      shift.map((x) => scale * x),
    )
    const share = (scale * length(shift)) / length(word)
    return { moved, shift, share, gates: gated.map(({ gate }) => gate) }
  })
  const states = weights.lstm(
    'words',
    details.map(({ moved }) => moved),
  )
  return { details, prediction: weights.linear('output', states.at(-1) ?? []) }
}
