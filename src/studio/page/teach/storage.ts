/** Takes and what was taught, in the browser's own storage (OPFS): they outlive the tab. */
import { z } from 'zod'
import type { Take, Taught } from '../../worker/teach/learn.js'

/** What is kept. */
export interface Lessons {
  readonly emotions: readonly string[]
  readonly takes: readonly Take[]
  readonly taught?: Taught
  readonly isUsed: boolean
}

export const noLessons: Lessons = { emotions: [], takes: [], isUsed: false }

// The page's policy forbids the code that it would write for speed.
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

/** @returns undefined if the text is no lessons of this page */
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

/** Removes everything that was kept, trainings that were begun too. */
export async function forgetLessons(): Promise<void> {
  const folder = await navigator.storage.getDirectory()
  for await (const name of folder.keys()) {
    if (name === fileName || name.startsWith('teach-')) await folder.removeEntry(name)
  }
}
