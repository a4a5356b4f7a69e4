/** A trained model's predictions for recordings. */
import { basename, extname, join } from 'node:path'
import { LimbicError } from '../../base/errors.js'
import { shellWord } from '../../base/text/shell.js'
import { lookAt } from '../../disk/files.js'
import {
  type ClipReader,
  openClipReader,
  type SpokenRecording,
} from '../../extraction/clip-reader.js'
import { predictionTable } from '../../report/tables/predictions.js'
import { renderTable } from '../../report/tables/render.js'
import { checkClip, clipRecipe } from '../../use/clip-sample.js'
import type { Prediction, TrainedModel } from '../../use/trained-model.js'
import type { Terminal } from '../terminal/terminal.js'
import { answerEach } from './one-by-one.js'

/** Options for reading recordings. */
export interface ClipOptions {
  readonly words?: string
  readonly glove?: string
  readonly textEncoder?: string
  readonly imageNetwork?: string
  readonly strict?: boolean
}

/**
 * Predicts recordings from features extracted by the recipe of the training data. One that cannot
 * be decoded is answered with its error; the others are still processed.
 *
 * @throws LimbicError if the training data has no recipe, or something that it needs is missing,
 * and as `answerEach` does
 */
export async function predictClips(
  model: TrainedModel,
  paths: readonly string[],
  terminal: Terminal,
  options: ClipOptions,
): Promise<void> {
  const reader = await openRecordings(model, paths, options)
  const answers: Prediction[] = []
  const nameOf = (path: string) => ({ id: basename(path) })
  try {
    await answerEach(paths, terminal, nameOf, async (path, index) => {
      const { features, remarks } = await reader.read(index)
      for (const remark of remarks) terminal.note(`${path}: ${remark}`)
      const checked = checkClip(model, basename(path), features, path)
      for (const answer of await model.predictChecked([checked])) {
        answers.push(answer)
        const { task: _, ...told } = answer
        terminal.record(told)
      }
    })
  } finally {
    await reader.close()
    if (answers.length > 0)
      terminal.show(renderTable(predictionTable(answers, 'Recording'), 'text'))
  }
}

/**
 * Opens what the recipe of a model's training data needs for these recordings.
 *
 * @throws LimbicError if the training data has no recipe, or something that it needs is missing
 */
export function openRecordings(
  model: TrainedModel,
  paths: readonly string[],
  { words, strict, glove, textEncoder, imageNetwork }: ClipOptions,
): Promise<ClipReader> {
  return openClipReader(
    clipRecipe(model),
    paths.map((path) => spoken(path, words)),
    {
      ...(glove !== undefined && { glove }),
      ...(textEncoder !== undefined && { textEncoder }),
      ...(imageNetwork !== undefined && { imageNetwork }),
    },
    strict === true,
  )
}

/**
 * The words of a recording: the file given, or the file with the recording's name in the folder
 * given.
 */
function spoken(path: string, words: string | undefined): SpokenRecording {
  if (words === undefined) return { path }
  if (lookAt(words)?.isDirectory() !== true) return { path, words }
  const name = basename(path, extname(path))
  const found = ['.srt', '.vtt', '.json', '.txt']
    .map((ending) => join(words, `${name}${ending}`))
    .find((file) => lookAt(file)?.isFile() === true)
  if (found !== undefined) return { path, words: found }
  throw new LimbicError('there are no words for this recording', {
    where: path,
    expected: `${name}.srt, .vtt, .json or .txt in ${shellWord(words)}`,
  })
}
