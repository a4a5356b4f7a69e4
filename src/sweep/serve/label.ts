/** What people call a job. */
import { z } from 'zod'

const labelled = z.looseObject({ label: z.string() })

export function labelOf(work: unknown): string {
  return labelled.safeParse(work).data?.label ?? 'unnamed job'
}
