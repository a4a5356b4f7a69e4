/** What was explained, and its computational cost. */
import { count } from '../../../base/text/words.js'
import { nameOfData } from '../../../data/name.js'
import type { ModelFacts } from '../../../explain/index.js'
import type { Block } from '../../html/report.js'
import type { ExplainContent } from './content.js'

export function factBlock({ model, data, facts: more = [] }: ExplainContent): Block {
  return {
    kind: 'facts',
    facts: [
      ['Model', model.name],
      // What the document's model is; the settings say what this one has of it.
      ['Document', `${model.source}: ${model.title}`],
      ['Data', dataText(data)],
      ['Parameters', model.parameters.toLocaleString('en')],
      ['Floating-point operations per sample', `${quantity(model.flops)} (${stepsOf(model)})`],
      ['Settings', settingsText(model.settings)],
      ...more,
    ],
  }
}

function dataText(data: ExplainContent['data']): string {
  const { split, samples } = data
  if (split === undefined) {
    return `${count(samples, 'recording')}; trained on ${nameOfData(data)}`
  }
  return `${nameOfData(data)}, ${split} split, ${count(samples, 'sample')}`
}

/** The operations of one prediction, by operator. */
export function costBlock({ flopsByOperator, flops, ...model }: ModelFacts): Block {
  const largest = [...flopsByOperator].slice(0, 6)
  const rest = flops - largest.reduce((sum, [, part]) => sum + part, 0)
  const rows = [...largest, ...(rest > 0 ? [['everything else', rest] as const] : [])]
  return {
    kind: 'table',
    table: {
      caption: `Floating-point operations for one sample (${stepsOf(model)}); a multiply-add counts as two.`,
      columns: [
        { header: 'Operator' },
        { header: 'Operations', align: 'right' },
        { header: 'Share', align: 'right' },
      ],
      rows: rows.map(([name, part]) => [
        name,
        quantity(part),
        `${((100 * part) / flops).toFixed(1)}%`,
      ]),
    },
  }
}

function stepsOf({ steps }: Pick<ModelFacts, 'steps'>): string {
  const known = Object.entries(steps)
  const [first] = known
  if (first && known.every(([, length]) => length === first[1])) return count(first[1], 'step')
  return known.map(([modality, length]) => `${count(length, 'step')} of ${modality}`).join(', ')
}

function settingsText(settings: ModelFacts['settings']): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${plain(value)}`)
    .join('; ')
}

/** A setting's value for people: lists separated by commas, objects as names and values. */
function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join(', ')
  if (typeof value !== 'object' || value === null) return String(value)
  const set = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return set.length === 0
    ? 'none'
    : set.map(([name, inner]) => `${name} ${plain(inner)}`).join(', ')
}

/** 1234567 as "1.23 million". */
function quantity(number: number): string {
  if (number >= 1e9) return `${(number / 1e9).toFixed(2)} billion`
  if (number >= 1e6) return `${(number / 1e6).toFixed(2)} million`
  return number.toLocaleString('en')
}
