/** The jobs of workers, and their outcomes. */
import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import type { ClipMedia, RawClip } from '../data/corpora/raw/index.js'
import type { Recipe } from '../media/recipes/index.js'

/** Paths of the files or folders that a recipe needs besides the clips. */
export interface ResourcePaths {
  /** Word vectors, such as GloVe. */
  readonly glove?: string
  /** A text encoder or tokeniser in Hugging Face's layout. */
  readonly textEncoder?: string
  /** A network for pictures, as an ONNX file. */
  readonly imageNetwork?: string
}

/** One clip to extract. */
export interface ClipJob {
  readonly clip: RawClip
  readonly recipe: Recipe
  readonly resources: ResourcePaths
  /** The file for its features. */
  readonly part: string
  /** See `writePart`. */
  readonly key: string
  /** Refuses damaged recordings. */
  readonly strict: boolean
  /** Threads of each session. */
  readonly threads: number
}

/** The outcome of a clip. */
export type ClipOutcome =
  | { readonly state: 'extracted'; readonly id: string; readonly remarks: readonly string[] }
  /** The features existed already. */
  | { readonly state: 'present'; readonly id: string }
  | { readonly state: 'failed'; readonly id: string; readonly reason: string }

/** All files of a clip. */
function filesOf({ video, sound, frames = [], transcript }: ClipMedia): string[] {
  return [video?.path, sound?.path, ...frames, transcript].flatMap((path) => path ?? [])
}

/**
 * Identifies what a clip's features are computed from: its files by size and time, the parts used,
 * and the recipe with its resources. Features with the same key need not be computed again.
 */
export function keyOf(clip: RawClip, recipe: Recipe, strict: boolean): string {
  const { text, words } = clip
  return digestOf([recipe, strict, clip.media, text, words, statesOf(clip)])
}

/** Identifies a clip by its files and the parts used. */
export function mediaKey(clip: RawClip, strict: boolean): string {
  return digestOf([strict, clip.media, statesOf(clip)])
}

/** Identifies the files of a clip by path and size, as far as several machines see the same. */
export function filesKey(clip: Pick<RawClip, 'id' | 'media'>): string {
  return digestOf(
    filesOf(clip.media).map((path) => [path, statSync(path, { throwIfNoEntry: false })?.size]),
  )
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
