/** The further outputs of a training graph for a comparison, and the comparison of its losses. */
import { divide, gradients, type Tensor } from '../graph/index.js'
import type { InspectedStep } from '../learn/step/graphs.js'
import type { ReferenceFormat } from '../models/published/reference-format.js'
import type { Value } from '../runtime/session.js'
import type { Task } from '../task/task.js'
import { type Comparison, comparison, relativeError } from './compare.js'
import type { ReferenceFile } from './reference-file.js'

/** The names of these outputs. */
export const names = {
  result: (name: string) => `result/${name}`,
  part: (name: string) => `part/${name}`,
  input: (name: string) => `input-gradient/${name}`,
}

/**
 * The further outputs of the training graph: results, parts of the loss, and gradients of inputs.
 */
export function inspected(
  { outputs, inputs, target, loss }: InspectedStep,
  file: ReferenceFile,
  { results, losses: parts = {}, inputs: theirs }: ReferenceFormat,
  task: Task,
): Record<string, Tensor> {
  const found: Record<string, Tensor> = {}
  for (const [name, tensor] of Object.entries(results?.(outputs) ?? {})) {
    found[names.result(name)] = tensor
  }
  for (const [name, part] of Object.entries(parts)) {
    if (part === 'prediction') {
      found[names.part(name)] = task.loss(outputs.prediction, target)
      continue
    }
    const objective = outputs.objectives?.[part.objective]
    if (objective) found[names.part(name)] = divide(objective, part.weight)
  }
  for (const [name, tensor] of inputs) {
    const published = theirs[name]
    if (published === undefined || !file.has(`grad_input.${published}`)) continue
    const [gradient] = gradients(loss, [tensor])
    if (gradient) found[names.input(published)] = gradient
  }
  return found
}

/** The total loss under the empty name, and its parts under their names. */
export function lossesOf(
  total: number,
  results: ReadonlyMap<string, Value>,
  { losses: parts = {} }: ReferenceFormat,
): Record<string, number> {
  const own = Object.keys(parts).flatMap((name) => {
    const value = results.get(names.part(name))?.data[0]
    return value === undefined ? [] : [[name, Number(value)] as const]
  })
  return { '': total, ...Object.fromEntries(own) }
}

/** Compares the loss of the first step, its parts, and the losses of all steps. */
export function compareLosses(
  file: ReferenceFile,
  steps: readonly Record<string, number>[],
): Comparison[] {
  const parts = Object.keys(steps[0] ?? {})
  const suffix = (part: string) => (part === '' ? '' : `.${part}`)
  const first = (part: string) => {
    const expected = file.tensor(`loss${suffix(part)}`).data
    return {
      where: `loss${suffix(part)}`,
      error: relativeError(Float64Array.of(steps[0]?.[part] ?? Number.NaN), expected, 1),
    }
  }
  const later = parts.flatMap((part) => {
    const name = `adam.losses${suffix(part)}`
    if (!file.has(name)) return []
    return Array.from<number | bigint>(file.tensor(name).data).map((expected, step) => ({
      where: `step ${step + 1}${part === '' ? '' : `, ${part}`}`,
      error:
        Math.abs(Number(expected) - (steps[step]?.[part] ?? Number.NaN)) /
        Math.max(1, Math.abs(Number(expected))),
    }))
  })
  const held = parts.filter((part) => part !== '' && file.has(`loss.${part}`))
  return [
    ...comparison('loss', [first('')]),
    ...comparison('parts of the loss', held.map(first)),
    ...comparison('trajectory', later),
  ]
}
