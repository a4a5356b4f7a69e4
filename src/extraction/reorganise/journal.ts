/** Records which clips of a corpus have been written, and from what. */
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

/** A clip that was written: its origin, and what was written. */
export type JournalEntry = z.infer<typeof entrySchema>

/** The name of the journal, which is beside the clips. */
export const journalName = 'clips.jsonl'

/** The entries by id; the last one of an id counts. A line cut off by a crash is ignored. */
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

/** Adds a clip, so that it is not written again after an interruption. */
export function addToJournal(folder: string, given: z.input<typeof entrySchema>): JournalEntry {
  // Fields in the order of the schema, so that the bytes are the same after reading.
  const entry = entrySchema.parse(given)
  // Ends a line that was cut off.
  appendFileSync(join(folder, journalName), `\n${jsonLine(entry)}\n`)
  return entry
}

/** Rewrites the journal in the order of the corpus. */
export function writeJournal(folder: string, entries: readonly JournalEntry[]): void {
  writeContentSafely(
    join(folder, journalName),
    entries.map((entry) => `${jsonLine(entry)}\n`).join(''),
  )
}
