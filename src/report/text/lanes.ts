/** Lanes of attention for a terminal. */
import { type Lane, topSteps } from '../../explain/index.js'
import { oneLine } from '../tables/table.js'

const blocks = ' ▁▂▃▄▅▆▇█'
/** So many of the largest are listed. */
const listed = 5

/**
 * Lanes as lines over one axis of relative time: the height of a block is the step's value, against
 * the largest of its lane for attention, against 1 for masks. Under each lane its words where they
 * fit, and its largest steps with their shares.
 *
 * @param width characters for the axis
 */
export function renderLanes(lanes: readonly Lane[], width = 60): string {
  const named = lanes.map((lane) => ({
    lane,
    name: lane.kind === 'mask' ? `mask on ${lane.title}` : lane.title,
  }))
  const margin = Math.max(0, ...named.map(({ name }) => name.length))
  const indent = ' '.repeat(margin + 2)
  const wordLines = lanes.map((lane) => wordLine(lane, width))
  const lines = named.flatMap(({ lane, name }, at) => {
    const words = wordLines[at] ?? ''
    return [
      // Aligned sequences have the same words: once is enough.
      ...(words === '' || words === wordLines[at - 1] ? [] : [indent + words]),
      `${name.padStart(margin)}  ${blockLine(lane, width)}  ${stepCount(lane)}`,
      indent + largest(lane),
    ]
  })
  return [
    ...lines,
    `${indent}└${'─'.repeat(width - 2)}┘`,
    `${indent}beginning${'end'.padStart(width - 9)}`,
  ].join('\n')
}

function blockLine({ kind, steps }: Lane, width: number): string {
  const most = kind === 'mask' ? 1 : Math.max(...steps.map(({ value }) => value))
  return Array.from({ length: width }, (_, place) => {
    const { value } = steps[Math.floor(((place + 0.5) / width) * steps.length)] ?? { value: 0 }
    const height = most > 0 ? Math.ceil((8 * value) / most) : 0
    return blocks[Math.max(0, Math.min(8, height))]
  }).join('')
}

/** The words at the places of their steps, without those for which there is no room. */
function wordLine({ steps }: Lane, width: number): string {
  if (steps.every(({ label }) => /^\d+$/.test(label))) return ''
  let line = ''
  for (const [at, { label }] of steps.entries()) {
    const start = Math.floor((at / steps.length) * width)
    const word = oneLine(label)
    if (start < line.length || start + word.length > width) continue
    line = `${line.padEnd(start)}${word} `
  }
  return line.trimEnd()
}

function stepCount({ steps }: Lane): string {
  return `${steps.length} step${steps.length === 1 ? '' : 's'}`
}

function largest(lane: Lane): string {
  const list = topSteps(lane, listed).map(({ label, at, value }) => {
    const number = String(at + 1)
    const name = label === number ? `step ${number}` : `${oneLine(label)} (${number})`
    return `${name} ${(100 * value).toFixed(1)}%`
  })
  const token = lane.token === undefined ? '' : `; token ${(100 * lane.token).toFixed(1)}%`
  return `${lane.kind === 'mask' ? 'let through' : 'most'}: ${list.join(', ')}${token}`
}
