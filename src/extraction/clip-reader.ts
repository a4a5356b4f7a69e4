/** Reads single recordings by a recipe, for predictions of a trained model. */
import { LimbicError } from '../base/errors.js'
import { embedTranscripts } from '../data/prepare/transcripts/index.js'
import { readText } from '../disk/files.js'
import type { ClipFeature, ClipFeatures } from '../media/extract/index.js'
import { checkRecipe, type Recipe } from '../media/recipes/index.js'
import { parseTranscript, type Transcript } from '../media/words/index.js'
import type { ResourcePaths } from './job.js'
import { openClip } from './open-clip.js'
import { openRecipe } from './open-recipe.js'
import { recipeOfWorkers, withResources } from './resources.js'

/** A recording, and a file of its words. */
export interface SpokenRecording {
  readonly path: string
  /** Subtitles, the JSON output of a speech recogniser, or plain text. */
  readonly words?: string
}

/** Reads recordings one after another. */
export interface ClipReader {
  /**
   * @param index into the recordings that it was opened for
   * @throws LimbicError if the recording cannot be decoded
   */
  read(index: number): Promise<ClipFeatures>
  close(): Promise<void>
}

/**
 * Opens what the recipe of a trained model needs for some recordings.
 *
 * @param recipe of the training data, with the digests of its resources
 * @throws LimbicError if a resource is missing or another file, or words cannot be read
 */
export async function openClipReader(
  recipe: Recipe,
  recordings: readonly SpokenRecording[],
  resources: ResourcePaths,
  strict = false,
): Promise<ClipReader> {
  const { resources: _, ...bare } = recipe
  const given = await withResources({ ...bare, resources: {} }, resources)
  checkRecipe(recipe, given, 'recordings')
  const transcripts = recordings.map((recording) => transcriptOf(recording, recipe))
  const vectors = await vectorsOf(recipe, transcripts, resources.glove)
  const extractor = await openRecipe(recipeOfWorkers(given), resources)
  return {
    async read(index) {
      const { path = '' } = recordings[index] ?? {}
      const said = transcripts[index]
      const opened = await openClip(
        { media: { video: { path } }, ...(said && { text: said.text, ...words(said) }) },
        strict,
      )
      try {
        const made = await extractor.extract(opened.clip)
        const text = vectors?.[index]
        return {
          features: { ...made.features, ...(text && { text }) },
          remarks: [...(said?.notes ?? []), ...made.remarks],
        }
      } finally {
        await opened.close()
      }
    },
    close: () => extractor.close(),
  }
}

const words = ({ words: timed }: Transcript) => (timed ? { words: timed } : {})

function transcriptOf(
  { path, words: file }: SpokenRecording,
  { text, name }: Recipe,
): Transcript | undefined {
  if (file !== undefined) return parseTranscript(readText(file), file)
  if (!text) return undefined
  throw new LimbicError(`recipe ${name} reads words, and none are given`, {
    where: path,
    hint: 'Give them with --words: subtitles, JSON of a speech recogniser, or plain text',
  })
}

/** The words of each recording as vectors, looked up together. */
async function vectorsOf(
  { text }: Recipe,
  transcripts: readonly (Transcript | undefined)[],
  glove: string | undefined,
): Promise<ClipFeature[] | undefined> {
  if (text?.kind !== 'glove' || glove === undefined) return undefined
  const texts = transcripts.map((transcript) => transcript?.text ?? '')
  const [source] = (await embedTranscripts([texts], glove)).sources
  if (!source) return undefined
  return Promise.all(
    texts.map(async (_, index): Promise<ClipFeature> => {
      const length = source.lengths[index] ?? 0
      const values = new Float32Array(length * source.width)
      await source.read(index, values, 0)
      return { dataType: 'float32', shape: [source.width], values, length }
    }),
  )
}
