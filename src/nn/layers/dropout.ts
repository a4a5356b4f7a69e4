/** Dropout as a layer. */
import { dropout as drop } from '../../graph/index.js'
import type { Layer, Scope } from '../scope.js'

/**
 * Sets elements to 0 with this probability during training, and scales the others by 1 / (1 -
 * probability); the identity otherwise. Each application draws its own mask.
 */
export function dropout(scope: Scope, probability: number): Layer {
  return (input) => drop(input, scope.training ? probability : 0)
}
