/** The program of a worker process: extracts one clip after another. */
import { LimbicError } from '../base/errors.js'
import type { ClipExtractor } from '../media/extract/index.js'
import type { ClipJob, ClipOutcome } from './job.js'
import { openClip } from './open-clip.js'
import { openRecipe } from './open-recipe.js'
import { writePart } from './part.js'

/** The extractor of the previous jobs; all jobs of a corpus have the same recipe. */
let known: { readonly of: string; readonly extractor: Promise<ClipExtractor> } | undefined

/** Extracts a clip into its part. Any failure is the clip's outcome. */
export default async function extract(job: ClipJob): Promise<ClipOutcome> {
  const { clip, part, key, strict } = job
  const { id } = clip
  try {
    const extractor = await extractorOf(job)
    const opened = await openClip(clip, strict)
    try {
      const made = await extractor.extract(opened.clip)
      if (Object.keys(made.features).length === 0) {
        return { state: 'failed', id, reason: made.remarks.join('; ') || 'nothing in it' }
      }
      writePart(part, key, made)
      return { state: 'extracted', id, remarks: made.remarks }
    } finally {
      await opened.close()
    }
  } catch (error) {
    if (error instanceof LimbicError) return { state: 'failed', id, reason: error.message }
    throw error
  }
}

async function extractorOf({ recipe, resources, threads }: ClipJob): Promise<ClipExtractor> {
  const of = JSON.stringify([recipe, resources, threads])
  if (known?.of !== of) {
    await known?.extractor.then((extractor) => extractor.close())
    known = { of, extractor: openRecipe(recipe, resources, { threads }) }
  }
  return known.extractor
}
