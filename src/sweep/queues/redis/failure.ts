/** The reason of a failed job, as the text that BullMQ stores. */
import { z } from 'zod'
import type { Failure } from '../../queue.js'

const kept = z.strictObject({ message: z.string(), mistake: z.boolean() })

/** How many times a job may be lost with its worker before the job is blamed and fails. */
export const mostLosses = 10

/** The number of attempts. */
export const tries = 3

export function writeFailure({ message, mistake }: Failure): string {
  return JSON.stringify({ message: message.slice(0, 4000), mistake })
}

/** The reason stored for a cancelled job. */
export const takenBack = 'cancelled'

export function readFailure(text: string): Failure {
  try {
    return kept.parse(JSON.parse(text))
  } catch {
    const message = /stalled/.test(text)
      ? `${mostLosses + 1} workers were lost while they ran it`
      : text
    return { message, mistake: false }
  }
}
