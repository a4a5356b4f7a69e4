/** How long samples may be, where the environment can say otherwise. */
import { limit, overLimit } from '../disk/limits.js'
import type { LengthCheck } from './samples.js'

export const checkLength: LengthCheck = (steps, where) => {
  if (steps <= limit('steps')) return
  throw overLimit('the sample is too long', 'steps', { where, got: `${steps}` })
}
