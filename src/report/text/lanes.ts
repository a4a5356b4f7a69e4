/** Lanes of one sample for a terminal. */
import { largest } from '../../base/numbers.js'
import { oneLine, shortened } from '../../base/text/clean.js'
import type { Lane } from '../../explain/index.js'
import { isNumbered, laneName } from '../lane-names.js'
import { lengthText, stepList } from './steps.js'

const blocks = ' ▁▂▃▄▅▆▇█'
/** The number of largest steps that are listed. */
const listed = 5
/** A longer name would leave no room for its lane. */
const longestName = 60

/**
 * Lanes as lines over one axis of relative time. The height of a block is the step's value:
 * relative to the largest of its lane for attention and other step values, to 1 for masks, to the
 * largest of all lanes for effects. Effects have a line for steps that raise the score and, if
 * there are any, one for those that lower it. Words stand above a lane where they fit, its largest
 * steps below.
 *
 * @param width characters for the axis
 */
export function renderLanes(lanes: readonly Lane[], width = 60): string {
  const margin = largest(
    lanes.map((lane) => nameOf(lane).length),
    0,
  )
  const indent = ' '.repeat(margin + 2)
  const wordLines = lanes.map((lane) => wordLine(lane, width))
  const lines = lanes.flatMap((lane, at) => {
    const words = wordLines[at] ?? ''
    return [
      // Aligned sequences have the same words: once is enough.
      ...(words === '' || words === wordLines[at - 1] ? [] : [indent + words]),
      ...laneLines(lane, lanes, width, margin),
      `${indent}${listName[lane.kind]}: ${stepList(lane, listed)}${tokenText(lane)}`,
    ]
  })
  return [
    ...lines,
    `${indent}└${'─'.repeat(width - 2)}┘`,
    `${indent}beginning${'end'.padStart(width - 9)}`,
  ].join('\n')
}

const listName = { attention: 'most', mask: 'let through', effect: 'most', value: 'most' } as const

function laneLines(
  lane: Lane,
  lanes: readonly Lane[],
  width: number,
  margin: number,
): readonly string[] {
  const values = lane.steps.map(({ value }) => value)
  const name = nameOf(lane).padStart(margin)
  const length = lengthText(lane)
  if (lane.kind !== 'effect') {
    const most = lane.kind === 'mask' ? 1 : largest(values)
    return [`${name}  ${blockLine(values, most, width)}  ${length}`]
  }
  const effects = lanes.filter(({ kind }) => kind === 'effect')
  const most = largest(effects.flatMap(({ steps }) => steps.map(({ value }) => Math.abs(value))))
  const against = values.map((value) => -value)
  const againstLine = blockLine(against, most, width, Math.round)
  return [
    `${name} +${blockLine(values, most, width, Math.round)}  ${length}`,
    ...(againstLine.trim() === '' ? [] : [`${' '.repeat(margin)} -${againstLine}`.trimEnd()]),
  ]
}

/** A lane's name, which a custom model may have chosen. */
function nameOf(lane: Lane): string {
  return shortened(oneLine(laneName(lane)), longestName)
}

/** @param round up by default, so that every step with attention is visible */
function blockLine(
  values: readonly number[],
  most: number,
  width: number,
  round: (height: number) => number = Math.ceil,
): string {
  return Array.from({ length: width }, (_, place) => {
    const value = values[Math.floor(((place + 0.5) / width) * values.length)] ?? 0
    const height = most > 0 ? round((8 * value) / most) : 0
    return blocks[Math.max(0, Math.min(8, height))]
  }).join('')
}

/** The words at the positions of their steps, without those that do not fit. */
function wordLine({ steps }: Lane, width: number): string {
  if (steps.every(({ label }) => isNumbered(label))) return ''
  let line = ''
  for (const [at, { label }] of steps.entries()) {
    const start = Math.floor((at / steps.length) * width)
    const word = oneLine(label)
    if (start < line.length || start + word.length > width) continue
    line = `${line.padEnd(start)}${word} `
  }
  return line.trimEnd()
}

function tokenText({ token }: Lane): string {
  return token === undefined ? '' : `; token ${(100 * token).toFixed(1)}%`
}
