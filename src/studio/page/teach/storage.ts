/** Stores takes and the trained layer in the browser (OPFS), so they survive closing the tab. */
import { z } from 'zod'
import type { Take, Taught } from '../../worker/teach/learn.js'

/** The stored content. */
export interface Lessons {
  readonly emotions: readonly string[]
  readonly takes: readonly Take[]
  readonly taught?: Taught
  readonly isUsed: boolean
}

export const noLessons: Lessons = { emotions: [], takes: [], isUsed: false }

// zod would generate code for speed, which the content policy of the page forbids.
z.config({ jitless: true })

const fileName = 'lessons.json'
const numbers = z.array(z.number())
const answer = z.object({ emotion: z.int(), share: z.number() })
const lessons = z.object({
  emotions: z.array(z.string()),
  takes: z.array(
    z.object({ emotion: z.int(), rows: z.array(z.object({ voice: numbers, face: numbers })) }),
  ),
  taught: z
    .object({
      weights: z.array(z.tuple([z.string(), numbers])),
      answers: z.array(z.object({ emotion: z.int(), before: answer, after: answer })),
      takes: z.int(),
    })
    .exactOptional(),
  isUsed: z.boolean(),
})

/** @returns undefined if the text is not a saved state of this page */
export function readLessons(text: string): Lessons | undefined {
  try {
    const found = lessons.parse(JSON.parse(text))
    const width = found.emotions.length
    const fits = (found.taught?.weights ?? []).every(
      ([name, { length }]) => length === (name.endsWith('bias') ? width : 2 * width ** 2),
    )
    return fits ? found : undefined
  } catch {
    return undefined
  }
}

export async function loadLessons(): Promise<Lessons> {
  try {
    const folder = await navigator.storage.getDirectory()
    const file = await (await folder.getFileHandle(fileName)).getFile()
    return readLessons(await file.text()) ?? noLessons
  } catch {
    return noLessons
  }
}

export async function saveLessons(kept: Lessons): Promise<void> {
  const folder = await navigator.storage.getDirectory()
  const file = await (await folder.getFileHandle(fileName, { create: true })).createWritable()
  await file.write(JSON.stringify(kept))
  await file.close()
}

/** Deletes everything stored, including unfinished trainings. */
export async function forgetLessons(): Promise<void> {
  const folder = await navigator.storage.getDirectory()
  for await (const name of folder.keys()) {
    if (name === fileName || name.startsWith('teach-')) await folder.removeEntry(name)
  }
}
