/** Reads single recordings by a recipe, for predictions of a trained model. */
import { LimbicError } from '../base/errors.js'
import { embedTranscripts } from '../data/prepare/transcripts/index.js'
import { readText } from '../disk/files.js'
import type { ClipFeatures, WordsExtractor } from '../media/extract/index.js'
import { checkRecipe, type Recipe } from '../media/recipes/index.js'
import { parseTranscript, type Transcript, vectorsExtractor } from '../media/words/index.js'
import type { ResourcePaths } from './job.js'
import { openClip } from './open-clip.js'
import { openRecipe } from './open-recipe.js'
import { withResources } from './resources.js'

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
  const words = await vectorsOf(recipe, transcripts, resources.glove)
  const extractor = await openRecipe(given, resources, { ...(words && { words }) })
  return {
    async read(index) {
      const { path = '' } = recordings[index] ?? {}
      const said = transcripts[index]
      const opened = await openClip(
        { media: { video: { path } }, ...(said && { text: said.text, ...timed(said) }) },
        strict,
      )
      try {
        const { features, remarks } = await extractor.extract(opened.clip)
        return { features, remarks: [...(said?.notes ?? []), ...remarks] }
      } finally {
        await opened.close()
      }
    },
    close: () => extractor.close(),
  }
}

const timed = ({ words }: Transcript) => (words ? { words } : {})

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

/** Word vectors of all recordings, looked up together; undefined if the recipe has none. */
async function vectorsOf(
  { text }: Recipe,
  transcripts: readonly (Transcript | undefined)[],
  glove: string | undefined,
): Promise<WordsExtractor | undefined> {
  if (text?.kind !== 'glove' || glove === undefined) return undefined
  const texts = transcripts.map((transcript) => transcript?.text ?? '')
  const { found } = await embedTranscripts([texts], glove)
  return vectorsExtractor(async () => found)
}
