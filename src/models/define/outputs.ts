/** Checks what a custom model returns before it is used. */
import { LimbicError } from '../../base/errors.js'
import { Tensor } from '../../graph/index.js'
import type { ModelOutputs } from './model.js'

const form = '{ prediction, maps }, where prediction is a tensor [batch, outputs]'

/**
 * Checked outputs; maps are empty if the model returns none.
 *
 * @param count the outputs that the prediction must have
 * @param where the model's file
 * @throws LimbicError if there is no prediction, it has another shape or type, or something that
 * must be a tensor is none
 */
export function checkOutputs(given: unknown, count: number, where: string): ModelOutputs {
  if (typeof given !== 'object' || given === null) {
    throw new LimbicError('the model returns no outputs', {
      where,
      expected: form,
      got: kind(given),
    })
  }
  const { prediction, maps, heads, objectives }: Record<string, unknown> = { ...given }
  if (!(prediction instanceof Tensor)) {
    const got = prediction === undefined ? 'none' : kind(prediction)
    throw new LimbicError('the model returns no prediction', { where, expected: form, got })
  }
  checkPrediction(prediction, 'prediction', count, where)
  const own = {
    maps: tensorsOf(maps ?? {}, 'maps', where),
    ...(heads !== undefined && { heads: tensorsOf(heads, 'heads', where) }),
    ...(objectives !== undefined && { objectives: tensorsOf(objectives, 'objectives', where) }),
  }
  for (const [name, head] of Object.entries(own.heads ?? {})) {
    checkPrediction(head, `head "${name}"`, count, where)
  }
  return { prediction, ...own }
}

function checkPrediction(tensor: Tensor, what: string, count: number, where: string): void {
  const { shape, dataType } = tensor
  if (dataType === 'float32' && shape.length === 2 && shape[0] === 'batch' && shape[1] === count) {
    return
  }
  throw new LimbicError(`the ${what} has the wrong type or shape`, {
    where,
    expected: `float32 [batch, ${count}]`,
    got: `${dataType} [${shape.join(', ')}]`,
    ...(shape.length === 3 && {
      hint: 'Reduce the steps first: lastStep, sumOverSteps or attention',
    }),
  })
}

function tensorsOf(given: unknown, what: string, where: string): Record<string, Tensor> {
  if (typeof given === 'object' && given !== null && !(given instanceof Tensor)) {
    const entries = Object.entries(given)
    const wrong = entries.find(([, value]) => !(value instanceof Tensor))
    if (!wrong) return Object.fromEntries(entries)
    throw new LimbicError(`${what}: "${wrong[0]}" is not a tensor`, { where, got: kind(wrong[1]) })
  }
  throw new LimbicError(`the ${what} of the model are invalid`, {
    where,
    expected: 'an object of tensors by name',
    got: given instanceof Tensor ? 'a tensor' : kind(given),
  })
}

function kind(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
