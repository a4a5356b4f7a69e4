/** Reorganises a raw corpus as MESM's section 3 describes: one folder of aligned files per clip. */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { LimbicError } from '../../base/errors.js'
import {
  labelWriter,
  type RawClip,
  type RawCorpus,
  writeProcessed,
} from '../../data/corpora/raw/index.js'
import { makeFolder } from '../../disk/files.js'
import { type ClipOutcome, mediaKey } from '../job.js'
import { type ClipProgress, eachClip } from '../parallel/each-clip.js'
import { writeClip } from './clip.js'
import {
  addToJournal,
  type JournalEntry,
  journalName,
  readJournal,
  writeJournal,
} from './journal.js'

export interface ReorganiseRequest extends ClipProgress {
  /** Cleaned and divided. */
  readonly corpus: RawCorpus
  /** The folder of the corpus. */
  readonly folder: string
  /** The folder to write. */
  readonly out: string
  /** The number of clips at once; by default that of the machine's cores. */
  readonly workers?: number
  /** Stop at the first clip that fails, and refuse damaged recordings. */
  readonly strict?: boolean
  /** Stops between clips; what was written is kept for the next time. */
  readonly signal?: AbortSignal
}

export interface Reorganisation {
  readonly state: 'complete' | 'stopped'
  /** In the order of the corpus. */
  readonly outcomes: readonly ClipOutcome[]
  /** The corpus written: without the clips that failed. */
  readonly corpus: RawCorpus
}

/**
 * Writes a folder for each clip (see `writeClip`), `meta.pkl` with text and label, lists of the
 * splits, and `clips.jsonl` with the origin of each clip: the layout of MESM's authors, which their
 * code and `openRawCorpus` read. The same corpus gives the same bytes, after interruptions too.
 *
 * @throws LimbicError if nothing could be written, the folder contains something else, the labels
 * do not fit the layout, or with `strict` a clip fails
 */
export async function reorganise(request: ReorganiseRequest): Promise<Reorganisation> {
  const { corpus, folder, out, workers = availableParallelism(), strict = false } = request
  checkPlace(folder, out)
  labelWriter(corpus)
  makeFolder(out)
  const journal = readJournal(out)
  const outcomes = await eachClip(corpus.clips, workers, request, (clip) =>
    reorganiseClip(clip, out, strict, journal),
  )
  const inOrder = corpus.clips.flatMap(({ id }) => outcomes.get(id) ?? [])
  if (request.signal?.aborted) return { state: 'stopped', outcomes: inOrder, corpus }
  const clips = corpus.clips.filter(({ id }) => outcomes.get(id)?.state !== 'failed')
  const [first] = inOrder
  if (clips.length === 0) {
    throw new LimbicError('no clip could be written', {
      where: corpus.name,
      ...(first?.state === 'failed' && { got: `${first.id}: ${first.reason}` }),
    })
  }
  const written = { ...corpus, clips }
  writeProcessed(out, written)
  writeJournal(
    out,
    clips.flatMap(({ id }) => journal.get(id) ?? []),
  )
  return { state: 'complete', outcomes: inOrder, corpus: written }
}

/** @throws LimbicError if the folder contains something else, or the corpus itself */
function checkPlace(folder: string, out: string): void {
  const way = relative(resolve(folder), resolve(out))
  if (way === '' || !(way.startsWith('..') || resolve(way) === way)) {
    throw new LimbicError('is within the corpus', {
      where: out,
      hint: 'Name a folder beside it: the next command would read both',
    })
  }
  if (!existsSync(out) || existsSync(join(out, journalName)) || readdirSync(out).length === 0) {
    return
  }
  throw new LimbicError('the folder contains something else', {
    where: out,
    expected: `an empty folder, or one with ${journalName}`,
  })
}

async function reorganiseClip(
  clip: RawClip,
  out: string,
  strict: boolean,
  journal: Map<string, JournalEntry>,
): Promise<ClipOutcome> {
  const { id, media } = clip
  const key = mediaKey(clip, strict)
  const target = join(out, id)
  if (journal.get(id)?.key === key && existsSync(target)) return { state: 'present', id }
  const beside = join(out, `.${key.slice(0, 16)}.partial`)
  try {
    checkId(id)
    rmSync(beside, { recursive: true, force: true })
    const written = await writeClip(clip, beside, strict)
    if (written.frames === 0 && written.samples === 0) {
      rmSync(beside, { recursive: true, force: true })
      const reason = written.remarks.join('; ') || 'neither sound nor picture in it'
      return { state: 'failed', id, reason }
    }
    rmSync(target, { recursive: true, force: true })
    makeFolder(dirname(target))
    renameSync(beside, target)
    const sound = media.sound ?? (written.samples > 0 ? media.video : undefined)
    const picture = media.video ?? pathOf(media.frames)
    journal.set(id, addToJournal(out, { id, sound, picture, ...written, key }))
    const remarks = [
      ...(written.samples === 0 ? ['has no sound'] : []),
      ...(written.frames === 0 ? ['has no picture'] : []),
      ...written.remarks,
    ]
    return { state: 'extracted', id, remarks }
  } catch (error) {
    if (error instanceof LimbicError) return { state: 'failed', id, reason: error.message }
    throw error
  }
}

const pathOf = ([first]: readonly string[] = []) =>
  first === undefined ? undefined : { path: dirname(first) }

/** @throws LimbicError if an id cannot be a folder's name, or would lead elsewhere */
function checkId(id: string): void {
  const parts = id.split('/')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const fits = parts.every((part) => /^[^.\\\u0000-\u001f][^\\\u0000-\u001f]{0,199}$/.test(part))
  if (!fits) throw new LimbicError('the id cannot be the name of a folder', { got: id })
}
