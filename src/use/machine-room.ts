/** The memory available in Node for one run of a model. */
import { limit, limitVariable } from '../disk/limits.js'
import type { Room } from './memory.js'

/** This machine's memory, unless the environment sets a limit. */
export function machineRoom(): Room {
  return {
    bytes: limit('model'),
    more: (needed) =>
      `if there is more (swap, for example), set ${limitVariable('model')}=${Math.ceil(needed / 2 ** 30)}G`,
  }
}
