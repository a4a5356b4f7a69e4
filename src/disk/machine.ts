/** The resources of this machine. */
import { totalmem } from 'node:os'

/** The memory of this machine, or its container's limit, in bytes. */
export function machineMemory(): number {
  const whole = totalmem()
  const limit = process.constrainedMemory()
  return limit > 0 && limit < whole ? limit : whole
}
