/** All functions that a pickle may call, reimplemented here; none runs Python. */
import { PickledArray, PickledObject, PickledType, type PickleValue } from '../values.js'
import { applyJoblibState, InlineArray } from './joblib.js'
import { applyNumpyState, numpyBuilders } from './numpy.js'
import { pythonBuilders } from './python.js'
import type { Builder, BuildSite } from './site.js'
import { torchBuilders } from './torch.js'

export { isHostile } from './hostile.js'
export { joblibArray, newInlineArray } from './joblib.js'
export { type Builder, type BuildSite, plainInteger, storedBytes } from './site.js'
export { storageById, storageType } from './torch.js'

export const builders: ReadonlyMap<string, Builder> = new Map([
  ...numpyBuilders,
  ...pythonBuilders,
  ...torchBuilders,
])

/**
 * Sets the state of an object from the pickle.
 *
 * @returns false if the object takes no state
 */
export function applyState(object: PickleValue, state: PickleValue, site: BuildSite): boolean {
  if (object instanceof InlineArray) applyJoblibState(object, state, site)
  else if (object instanceof PickledArray || object instanceof PickledType) {
    applyNumpyState(object, state, site)
  } else if (!(object instanceof PickledObject || object instanceof Map)) return false
  return true
}
