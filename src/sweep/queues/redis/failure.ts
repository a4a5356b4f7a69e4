/** Why work on a server failed, as the text that BullMQ keeps. */
import { z } from 'zod'
import type { Failure } from '../../queue.js'

const kept = z.strictObject({ message: z.string(), mistake: z.boolean() })

/** How often work may be lost with its worker before it counts as what loses them. */
export const mostLosses = 10

/** How often work is tried. */
export const tries = 3

export function writeFailure({ message, mistake }: Failure): string {
  return JSON.stringify({ message: message.slice(0, 4000), mistake })
}

/** What a job that was taken back ends with. */
export const takenBack = 'cancelled'

export function readFailure(text: string): Failure {
  try {
    return kept.parse(JSON.parse(text))
  } catch {
    const message = /stalled/.test(text)
      ? `the workers that had it were lost ${mostLosses + 1} times`
      : text
    return { message, mistake: false }
  }
}
