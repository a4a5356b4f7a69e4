/** `--missing`: metrics with inputs missing from growing fractions of the samples. */
import { LimbicError } from '../../base/errors.js'
import { type Missing, missingShares } from '../../data/prepare/missing/missing.js'

/** One row of metrics: the inputs that are missing, and from which fraction of the samples. */
export interface MissingInputs {
  /** The inputs, each once, each missing from this fraction independently; none for complete samples. */
  readonly inputs: readonly string[]
  /** From 0 to 1. */
  readonly share: number
}

/** The default fractions. */
const usualShares = [0, 0.25, 0.5, 0.75, 1]

const form = 'audio, audio=0.3, audio=0.2,0.4 or audio+vision=0.5'

/**
 * Reads `--missing`, given once or several times: names of inputs joined by `+`, optionally with
 * shares from 0 to 1. The figures of complete samples come first; what is asked twice is given once.
 *
 * @throws LimbicError if one has another form
 */
export function readMissing(given: readonly string[]): MissingInputs[] {
  const rows = given.flatMap((text) => {
    const [names = '', shares] = text.split('=')
    const inputs = [...new Set(names.split('+').map((name) => name.trim()))]
    const numbers = shares === undefined ? usualShares : shares.split(',').map(numberOf)
    const fits =
      inputs.every((name) => /^[A-Za-z][A-Za-z0-9]*$/.test(name)) &&
      numbers.every((share) => share >= 0 && share <= 1) &&
      text.split('=').length <= 2
    if (!fits) {
      throw new LimbicError('invalid --missing', { expected: form, got: `"${text}"` })
    }
    return numbers.filter((share) => share > 0).map((share) => ({ inputs, share }))
  })
  const all = [{ inputs: [], share: 0 }, ...rows]
  return [...new Map(all.map((row) => [JSON.stringify(row), row])).values()]
}

/** The name in a table or a legend: `audio and vision`. */
export function nameInputs({ inputs }: MissingInputs): string {
  return inputs.join(' and ')
}

/** The addition to a run's name in a table. */
export function describeMissing(row: MissingInputs): string {
  if (row.inputs.length === 0) return ''
  return `, ${nameInputs(row)} missing in ${Number((100 * row.share).toPrecision(3))}%`
}

/**
 * Which inputs of which samples of a split are missing.
 *
 * @param samples their number
 * @param read the inputs of the model
 * @throws LimbicError for an input that the model does not read in prediction
 */
export function missingIn(
  { inputs, share }: MissingInputs,
  samples: number,
  read: readonly string[],
  seed: number,
): Missing {
  const unknown = inputs.find((name) => !read.includes(name))
  if (unknown !== undefined) {
    throw new LimbicError(`the model does not read ${unknown}`, {
      where: '--missing',
      expected: read.join(', '),
      got: unknown,
    })
  }
  const shares = Object.fromEntries(inputs.map((name) => [name, share]))
  return missingShares(samples, shares, seed)
}

/** The number that a text is; NaN for an empty one, which `Number` takes for 0. */
function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}
