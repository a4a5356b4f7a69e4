/** Which clips of a corpus were written already, and from what. */
import { appendFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { jsonLine } from '../../base/text/json.js'
import { readText, writeContentSafely } from '../../disk/files.js'

const place = z.object({
  path: z.string(),
  start: z.number().optional(),
  end: z.number().optional(),
})

const entrySchema = z.object({
  id: z.string(),
  sound: place.optional(),
  picture: place.optional(),
  frames: z.int().nonnegative(),
  samples: z.int().nonnegative(),
  remarks: z.array(z.string()).readonly(),
  /** See `keyOf`. */
  key: z.string(),
})

/** One clip that was written: where it comes from, and what of it there is. */
export type JournalEntry = z.infer<typeof entrySchema>

/** The name of the file, beside the clips. */
export const journalName = 'clips.jsonl'

/** By id; the last entry of an id counts. A line that was cut off by a crash is no entry. */
export function readJournal(folder: string): Map<string, JournalEntry> {
  const path = join(folder, journalName)
  if (!existsSync(path)) return new Map()
  const entries = readText(path)
    .split('\n')
    .flatMap((line) => {
      const parsed = entrySchema.safeParse(parseLine(line))
      return parsed.success ? [parsed.data] : []
    })
  return new Map(entries.map((entry) => [entry.id, entry]))
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** Adds a clip, so that it need not be written again after an interruption. */
export function addToJournal(folder: string, given: z.input<typeof entrySchema>): JournalEntry {
  // Its fields in the order that they have once read, so that the bytes are the same.
  const entry = entrySchema.parse(given)
  // A line that was cut off ends here.
  appendFileSync(join(folder, journalName), `\n${jsonLine(entry)}\n`)
  return entry
}

/** The whole, in the order of the corpus. */
export function writeJournal(folder: string, entries: readonly JournalEntry[]): void {
  writeContentSafely(
    join(folder, journalName),
    entries.map((entry) => `${jsonLine(entry)}\n`).join(''),
  )
}
