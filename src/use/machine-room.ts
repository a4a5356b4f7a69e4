/** The memory that Node has for one run of a model. */
import { limit, limitVariable } from '../disk/limits.js'
import type { Room } from './memory.js'

/** That of this machine, unless the environment says otherwise. */
export function machineRoom(): Room {
  return {
    bytes: limit('model'),
    more: (needed) =>
      `where there is more, as by swapping, say so with ${limitVariable('model')}=${Math.ceil(needed / 2 ** 30)}G`,
  }
}
