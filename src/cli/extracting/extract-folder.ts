/** Extracts features from a folder of recordings, with progress on the terminal. */
import { shellWord } from '../../base/text/shell.js'
import type { RawClip } from '../../data/corpora/raw/index.js'
import { durationsOf } from '../../extraction/corpus/durations.js'
import { type Extraction, extractCorpus } from '../../extraction/extract-corpus.js'
import type { ResourcePaths } from '../../extraction/job.js'
import { checkResources } from '../../extraction/resources.js'
import type { Recipe } from '../../media/recipes/index.js'
import type { QueueAddress } from '../../sweep/queues/redis/connect.js'
import { exitCodes } from '../terminal/failure.js'
import { interruptible } from '../terminal/interrupt.js'
import { setExitCode } from '../terminal/streams.js'
import type { Terminal } from '../terminal/terminal.js'
import { watchClips } from './clip-progress.js'
import { type CorpusOptions, type DivideBy, openCorpus } from './corpus.js'
import { openQueuedClips } from './queued-clips.js'
import { tellClips } from './tell-clips.js'

export interface FolderRequest {
  readonly recipe: Recipe
  readonly resources: ResourcePaths
  /** The store to write. */
  readonly out: string
  readonly workers: number
  readonly corpus: CorpusOptions
  /** How clips are divided by default. */
  readonly divide?: DivideBy
  /** Submit the clips to a queue for workers on other machines. */
  readonly queue?: QueueAddress | undefined
  readonly strict?: boolean
  readonly replace?: boolean
}

/**
 * Extracts a folder into a store and says what was left out.
 *
 * @returns undefined if it was stopped; this has been reported
 * @throws LimbicError as `openCorpus` and `extractCorpus` do
 */
export async function extractFolder(
  terminal: Terminal,
  folder: string,
  request: FolderRequest,
): Promise<{ readonly extraction: Extraction; readonly clips: readonly RawClip[] } | undefined> {
  const { recipe, resources, workers } = request
  checkResources(recipe, resources)
  const progress = watchClips(terminal)
  let clips: readonly RawClip[] = []
  let extraction: Extraction
  try {
    extraction = await interruptible(async (signal) => {
      const corpus = await openCorpus(terminal, folder, request.corpus, {
        words: recipe.text !== undefined || recipe.aligned,
        durations: (raw) => durationsOf(raw, workers, signal),
        ...(request.divide && { divide: request.divide }),
      })
      clips = corpus.clips
      const { queue, ...asked } = request
      const withdrawn = new AbortController()
      const remote = queue && (await openQueuedClips(queue, signal, () => withdrawn.abort()))
      const either = AbortSignal.any([signal, withdrawn.signal])
      return extractCorpus({
        ...{ ...asked, corpus, folder, signal: either, ended: progress.ended },
        ...(remote && { openWorkers: () => remote }),
      }).finally(() => remote?.close())
    })
  } finally {
    progress.close()
  }
  if (extraction.state === 'stopped') {
    const left = clips.length - extraction.outcomes.length
    terminal.note(`Stopped with ${left} clips left; repeat the command to resume`)
    setExitCode(exitCodes.interrupted)
    return undefined
  }
  const { outcomes, left, parts } = extraction
  tellClips(terminal, outcomes, left)
  if (outcomes.some(({ state }) => state === 'failed')) {
    terminal.note(`The features extracted so far are kept in ${shellWord(parts)}`)
  }
  return { extraction, clips }
}
