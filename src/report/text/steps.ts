/** Lanes and their steps in words. */
import { fixed } from '../../base/numbers.js'
import { oneLine, shortened } from '../../base/text/clean.js'
import { count } from '../../base/text/words.js'
import {
  type Lane,
  type LaneStep,
  type SampleContributions,
  topSteps,
} from '../../explain/index.js'
import { formatSigned } from '../../metrics/index.js'
import { isNumbered } from '../lane-names.js'

/** A longer word is cut: its beginning is enough to recognise it. */
const longestWord = 60

type Unit = SampleContributions['unit']

/** A score: a probability in percent, or a sentiment with its sign. */
export function scoreText(score: number, unit: Unit): string {
  return unit === 'probability' ? `${(100 * score).toFixed(1)}%` : formatSigned(score, 2)
}

/**
 * A change of a score, with its sign: percentage points of a probability, or sentiment.
 *
 * @param digits decimals of sentiment
 */
export function changeText(change: number, unit: Unit, digits = 2): string {
  return unit === 'probability' ? formatSigned(100 * change, 1) : formatSigned(change, digits)
}

/** The unit of changes, as it follows a list of them. */
export function unitText(unit: Unit): string {
  return unit === 'probability' ? ' points' : ''
}

/** The `count` largest steps of a lane, their places and values: "good (3) 50.0%, step 4 12.5%". */
export function stepList(lane: Lane, count: number): string {
  const unit = lane.unit ?? 'probability'
  const list = topSteps(lane, count).map(({ value, ...step }) => {
    return `${placeOf(step)} ${amountText(lane, value, unit)}`
  })
  return list.join(', ') + (lane.kind === 'effect' ? unitText(unit) : '')
}

function amountText({ kind }: Lane, value: number, unit: Unit): string {
  switch (kind) {
    case 'effect':
      return changeText(value, unit, 3)
    case 'value':
      return fixed(value, 3)
    case 'attention':
    case 'mask':
      return `${(100 * value).toFixed(1)}%`
  }
}

/** The length of a lane: "12 steps", "500 steps in 60 windows". */
export function lengthText({ steps, length }: Lane): string {
  const total = length ?? steps.length
  const all = count(total, 'step')
  return length === undefined ? all : `${all} in ${steps.length} windows`
}

function placeOf({ label, at }: Pick<LaneStep, 'label'> & { readonly at: number }): string {
  if (!isNumbered(label)) return `${shortened(oneLine(label), longestWord)} (${at + 1})`
  return `${label.includes('–') ? 'steps' : 'step'} ${label}`
}
