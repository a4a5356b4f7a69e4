/** Extracts the features of all clips of a corpus, in worker processes, and writes them as a store. */
import { rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { LimbicError } from '../base/errors.js'
import { hasLabels, type RawCorpus } from '../data/corpora/raw/index.js'
import { refuseForeignContent, writeStore } from '../data/corpora/store/index.js'
import { splitNames } from '../data/dataset.js'
import { textFromTranscripts } from '../data/index.js'
import { makeFolder } from '../disk/files.js'
import type { Recipe } from '../media/recipes/index.js'
import { shownPath } from '../remote/mirror.js'
import { assemble, type ExtractedClip } from './assemble.js'
import { type ClipJob, type ClipOutcome, keyOf, type ResourcePaths } from './job.js'
import { type ClipProgress, eachClip } from './parallel/each-clip.js'
import { hasPart, partPath } from './part.js'
import { recipeOfWorkers, withResources } from './resources.js'
import { openWorkers, type Workers } from './workers.js'

export interface ExtractRequest extends ClipProgress {
  /** Cleaned and divided: every clip has a split, and every split a clip, unless there are no labels. */
  readonly corpus: RawCorpus
  /** Its folder, which the store remembers. */
  readonly folder?: string
  readonly recipe: Recipe
  readonly resources?: ResourcePaths
  /** The folder of the store to write. */
  readonly out: string
  /** Replace an existing file or folder even if it is not a store. */
  readonly replace?: boolean
  /** The number of processes; by default that of the machine's cores. */
  readonly workers?: number
  /** Stop at the first clip that fails, and refuse damaged recordings. */
  readonly strict?: boolean
  /** Stops between clips; what was extracted is reused next time. */
  readonly signal?: AbortSignal
  /** Opens the workers; by default, processes. */
  openWorkers?(count: number): Workers
}

export interface Extraction {
  readonly state: 'complete' | 'stopped'
  /** In the order of the corpus. */
  readonly outcomes: readonly ClipOutcome[]
  /** Clips that could not become samples, with the reason. */
  readonly left: readonly { readonly id: string; readonly reason: string }[]
  /** The folder of the features extracted so far. */
  readonly parts: string
}

/** The folder of the clips' features until the store is written. */
export const partsFolder = (out: string): string => `${out.replace(/[\\/]+$/, '')}.parts`

/** The store that such a folder is for. */
export const storeOf = (parts: string): string => parts.replace(/\.parts$/, '')

/**
 * Extracts every clip that has not been extracted yet, and writes the store once all are done. A
 * clip that fails is left out and does not stop the others, except with `strict`. The same clips
 * give the same bytes, whatever the number of workers and interruptions.
 *
 * @throws LimbicError if nothing could be extracted, the store cannot be written, or with `strict` a clip fails
 */
export async function extractCorpus(request: ExtractRequest): Promise<Extraction> {
  const { corpus, out, resources = {}, strict = false } = request
  checkSplits(corpus)
  checkWords(corpus, request.recipe)
  const recipe = await withResources(request.recipe, resources)
  const replace = request.replace === true ? { replace: true } : {}
  refuseForeignContent(out, replace)
  const parts = partsFolder(out)
  makeFolder(parts)
  const cores = availableParallelism()
  const count = Math.max(1, Math.min(request.workers ?? cores, corpus.clips.length))
  const threads = Math.max(1, Math.floor(cores / count))
  const own = recipeOfWorkers(recipe)
  const jobs = corpus.clips.map((clip): ClipJob => {
    const key = keyOf(clip, own, strict)
    return { clip, recipe: own, resources, strict, threads, key, part: partPath(parts, clip.id) }
  })
  const outcomes = await runJobs(jobs, request, count)
  const extracted = jobs.flatMap(({ clip, part }): ExtractedClip[] => {
    const state = outcomes.get(clip.id)?.state
    return state === 'extracted' || state === 'present' ? [{ clip, part }] : []
  })
  const inOrder = corpus.clips.flatMap(({ id }) => outcomes.get(id) ?? [])
  if (request.signal?.aborted) return { state: 'stopped', outcomes: inOrder, left: [], parts }
  const left = await writeTogether({ ...request, recipe }, extracted, inOrder, replace)
  if (!inOrder.some(({ state }) => state === 'failed'))
    rmSync(parts, { recursive: true, force: true })
  return { state: 'complete', outcomes: inOrder, left, parts }
}

/**
 * Checks the splits before hours of work. @throws LimbicError if one has no clip, which a store
 * with labels may not have
 */
function checkSplits(corpus: RawCorpus): void {
  const { name, clips } = corpus
  if (!hasLabels(corpus) && clips.length > 0) return
  const empty = splitNames.find((split) => clips.every((clip) => clip.split !== split))
  if (empty === undefined) return
  throw new LimbicError(`the ${empty} split has no clip`, {
    where: name,
    got: `${clips.length} clips in all`,
    hint: 'Divide them differently, or add more: every split needs at least one',
  })
}

/** @throws LimbicError if a recipe has words and a clip has none */
function checkWords({ name, clips }: RawCorpus, { text, name: recipe }: Recipe): void {
  const silent = clips.filter((clip) => clip.text === undefined && !clip.words).length
  if (!text || silent === 0) return
  throw new LimbicError(`recipe ${recipe} reads words, which some clips lack`, {
    where: name,
    got: `${silent} of ${clips.length} clips without a transcript`,
    hint: 'Leave text out with --modalities',
  })
}

async function runJobs(
  jobs: readonly ClipJob[],
  request: ExtractRequest,
  count: number,
): Promise<ReadonlyMap<string, ClipOutcome>> {
  const isPresent = ({ part, key }: ClipJob) => hasPart(part, key)
  const present = new Set(jobs.filter(isPresent))
  const waiting = jobs.filter((job) => !present.has(job))
  const { openWorkers: open = openWorkers } = request
  const workers = waiting.length > 0 ? open(Math.min(count, waiting.length)) : undefined
  try {
    const inOrder = [...present, ...waiting]
    return await eachClip(inOrder, workers?.count ?? 1, request, async (job) =>
      workers && !present.has(job) ? workers.extract(job) : { state: 'present', id: job.clip.id },
    )
  } finally {
    await workers?.close()
  }
}

async function writeTogether(
  { corpus, folder, recipe, out, resources }: ExtractRequest,
  extracted: readonly ExtractedClip[],
  outcomes: readonly ClipOutcome[],
  replace: { replace?: boolean },
): Promise<Extraction['left']> {
  const [first] = outcomes.filter((outcome) => outcome.state === 'failed')
  if (extracted.length === 0) {
    throw new LimbicError('no clip could be extracted', {
      where: corpus.name,
      ...(first?.state === 'failed' && { got: `${first.id}: ${first.reason}` }),
    })
  }
  const { dataset: assembled, left } = assemble(corpus, recipe, extracted)
  const dataset =
    recipe.text?.kind === 'glove' && resources?.glove !== undefined
      ? await textFromTranscripts(assembled, resources.glove)
      : assembled
  const failed = outcomes.filter(({ state }) => state === 'failed').length
  const notes = [
    ...dataset.notes,
    ...describeDropped(corpus),
    ...(failed > 0 ? [`${failed} clips could not be read and were left out`] : []),
    ...(left.length > 0 ? [`${left.length} clips lack a modality and were left out`] : []),
  ]
  const recordings = folder === undefined ? {} : { recordings: shownPath(resolve(folder)) }
  await writeStore({ ...dataset, ...recordings, notes }, out, replace)
  return left
}

/** The number of clips that each rule of the corpus left out. */
function describeDropped({ dropped }: RawCorpus): string[] {
  return dropped.map(({ rule, ids }) => `${ids.length} clips left out: ${rule}`)
}
