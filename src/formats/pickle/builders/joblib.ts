/** joblib's arrays, whose elements follow in the file on the instruction that describes them. */
import { cost } from '../budget.js'
import { PickledArray, PickledType, type PickleValue, StoredBytes } from '../values.js'
import { describeArray } from './numpy.js'
import { type BuildSite, malformed, readShape } from './site.js'

/** The class whose objects hold arrays in joblib (since 0.10). */
export const joblibArray = 'joblib.numpy_pickle.NumpyArrayWrapper'

/** A joblib array whose description has not been read yet. */
export class InlineArray extends PickledArray {}

export function newInlineArray(site: BuildSite): InlineArray {
  site.take(cost.array)
  return new InlineArray()
}

/**
 * Describes an array by the state of its wrapper (joblib's `numpy_pickle.py`): the bytes come next,
 * after padding whose length the first byte tells where the state speaks of alignment. Objects come
 * as a pickle of their own.
 */
export function applyJoblibState(array: InlineArray, state: PickleValue, site: BuildSite): void {
  if (!(state instanceof Map)) return void malformed("an array of joblib's", site)
  const [type, order] = [state.get('dtype'), state.get('order')]
  const shape = readShape(state.get('shape'), site)
  if (!(type instanceof PickledType) || (order !== 'C' && order !== 'F')) {
    return void malformed("an array of joblib's", site)
  }
  if (/^[<>|=]?O/.test(type.code)) {
    const whole = site.nested()
    if (!(whole instanceof PickledArray)) return void malformed("an array of joblib's", site)
    array.describe(whole.shape, () => whole.content ?? malformed("an array of joblib's", site))
    return
  }
  const alignment = state.get('numpy_array_alignment_bytes')
  if (typeof alignment === 'number') {
    const padding = new Uint8Array(1)
    site.inline(1).read(0, padding)
    site.inline(padding[0] ?? 0)
  }
  // The size of what follows depends on the type, so an unsupported type is an error here.
  const { bytes } = type.element
  const length = shape.reduce((product, extent) => product * extent, bytes)
  describeArray(array, type, shape, new StoredBytes(site.inline(length)), order, site)
}
