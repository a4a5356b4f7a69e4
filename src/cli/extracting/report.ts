/** Writes the page of an extraction. */
import type { RawClip } from '../../data/corpora/raw/index.js'
import { type Dataset, splitNames } from '../../data/dataset.js'
import { writeContentSafely } from '../../disk/files.js'
import { version } from '../../disk/package.js'
import { type ClipSample, sampleClip } from '../../extraction/samples.js'
import type { Recipe } from '../../media/recipes/index.js'
import { extractionPage } from '../../report/pages/extraction/page.js'

/** The number of clips shown, spread evenly over the corpus. */
const mostSamples = 6

/**
 * @param left clips that did not become samples, with the reason
 * @throws LimbicError if the page cannot be written, or a clip can no longer be read
 */
export async function writeExtractionReport(
  page: string,
  dataset: Dataset,
  extracted: {
    readonly clips: readonly RawClip[]
    readonly recipe: Recipe
    readonly left: readonly { readonly id: string; readonly reason: string }[]
  },
): Promise<void> {
  const { clips, recipe, left } = extracted
  const there = new Set(splitNames.flatMap((name) => dataset.splits[name].ids))
  const usable = clips.filter(({ id }) => there.has(id))
  const count = Math.min(mostSamples, usable.length)
  const samples: ClipSample[] = []
  for (let place = 0; place < count; place++) {
    const clip = usable[Math.floor(((place + 0.5) * usable.length) / count)]
    if (clip) samples.push(await sampleClip(clip, recipe))
  }
  const footer = `limbic ${version}, limbic data extract`
  writeContentSafely(page, (await extractionPage({ dataset, samples, left, footer })).html)
}
