/** What a worker is asked to extract, and what it answers. */
import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import type { ClipMedia, RawClip } from '../data/corpora/raw/index.js'
import type { Recipe } from '../media/recipes/index.js'

/** Files that a recipe needs besides the clips. Paths of files or folders. */
export interface ResourcePaths {
  /** Word vectors, for words as GloVe. */
  readonly glove?: string
  /** A text encoder or tokeniser in Hugging Face's layout. */
  readonly textEncoder?: string
  /** A network for pictures, in ONNX. */
  readonly imageNetwork?: string
}

/** One clip to extract. */
export interface ClipJob {
  readonly clip: RawClip
  readonly recipe: Recipe
  readonly resources: ResourcePaths
  /** Where its features go. */
  readonly part: string
  /** See `writePart`. */
  readonly key: string
  /** Refuses damaged recordings. */
  readonly strict: boolean
  /** Threads of each session. */
  readonly threads: number
}

/** How a clip came out. */
export type ClipOutcome =
  | { readonly state: 'extracted'; readonly id: string; readonly remarks: readonly string[] }
  /** The features were there already. */
  | { readonly state: 'present'; readonly id: string }
  | { readonly state: 'failed'; readonly id: string; readonly reason: string }

/** All files of a clip. */
function filesOf({ video, sound, frames = [], transcript }: ClipMedia): string[] {
  return [video?.path, sound?.path, ...frames, transcript].flatMap((path) => path ?? [])
}

/**
 * Tells from what a clip's features are made: its files by size and time, what of them it takes,
 * and the recipe with its resources. Features of the same key need not be made again.
 */
export function keyOf(clip: RawClip, recipe: Recipe, strict: boolean): string {
  const { text, words } = clip
  return digestOf([recipe, strict, clip.media, text, words, statesOf(clip)])
}

/** Tells what of which files a clip is. */
export function mediaKey(clip: RawClip, strict: boolean): string {
  return digestOf([strict, clip.media, statesOf(clip)])
}

function statesOf(clip: RawClip): unknown[] {
  return filesOf(clip.media).map((path) => {
    const status = statSync(path, { throwIfNoEntry: false })
    return [path, status?.size, status?.mtimeMs]
  })
}

function digestOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
