/** What this machine has. */
import { totalmem } from 'node:os'

/** The memory of this machine in bytes, or what its container may use. */
export function machineMemory(): number {
  const whole = totalmem()
  const limit = process.constrainedMemory()
  return limit > 0 && limit < whole ? limit : whole
}
