/** `limbic data samples`: every sample of a data set or of a folder of recordings. */
import { type Command, Option } from 'commander'
import { LimbicError } from '../../../base/errors.js'
import { suggest } from '../../../base/schema.js'
import { jsonLine } from '../../../base/text/json.js'
import {
  isAsked,
  type ListedSample,
  labelsOf,
  type SampleList,
  tellLabels,
} from '../../../data/corpora/listing.js'
import { type SplitName, splitNames } from '../../../data/dataset.js'
import { writeContentSafely } from '../../../disk/files.js'
import { listSamples } from '../../../extraction/corpus/list-samples.js'
import { renderText } from '../../../report/tables/text.js'
import { openTerminal, type TerminalOptions, withTerminal } from '../../terminal/terminal.js'

interface Options extends TerminalOptions {
  readonly split?: SplitName
  readonly class?: string
  readonly out?: string
}

/** Longer lists are shortened for people; --json and --out have all of them. */
const mostShown = 100

export function define(command: Command): void {
  withTerminal(command)
    .argument('<path>', 'a data set, or a folder of recordings')
    .addOption(new Option('--split <name>', 'only this split').choices([...splitNames]))
    .option('--class <name>', 'only samples of this class, or with this emotion')
    .option('--out <file>', 'write the list to a file, as JSON')
    .addHelpText(
      'after',
      `
The recording of a sample is known for folders of recordings, and for stores that limbic data extract
made of one that is still there.

Examples:
  $ limbic data samples ravdess --split test --class angry
  $ limbic data samples RAVDESS --json`,
    )
    .action(async (path: string, options: Options) => {
      const terminal = openTerminal(options)
      const list = narrowed(await listSamples(path), options)
      if (options.out !== undefined) {
        writeContentSafely(options.out, jsonLine(list))
        terminal.record({ file: options.out, samples: list.samples.length })
        terminal.print(`${options.out}: ${list.samples.length} samples`)
        return
      }
      terminal.record(list)
      terminal.show(renderText(tableOf(list), mostShown))
      if (list.silent !== undefined) terminal.print(`No recordings: ${list.silent}`)
    })
}

function narrowed(list: SampleList, { split, class: label }: Options): SampleList {
  const { emotionNames } = list
  const known = [...new Set(list.samples.flatMap((sample) => labelsOf(sample, emotionNames)))]
  if (label !== undefined && !known.includes(label)) {
    throw new LimbicError(`unknown class "${label}"`, { hint: suggest(label, known) })
  }
  const samples = list.samples.filter((sample) => isAsked(sample, { split, label }, emotionNames))
  return { ...list, samples }
}

function tableOf({ samples, emotionNames }: SampleList) {
  return {
    columns: ['Sample', 'Split', 'Speaker', 'Label', 'Words', 'Recording'].map((header) => ({
      header,
    })),
    rows: samples.map((sample) => [
      ...[sample.id, sample.split ?? '', sample.speaker ?? '', tellLabels(sample, emotionNames)],
      ...[sample.text ?? '', recordingOf(sample)],
    ]),
  }
}

function recordingOf({ media: { video, sound, frames = [] } = {} }: ListedSample): string {
  const part = video ?? sound
  if (!part) return frames.length > 0 ? `${frames.length} pictures` : ''
  const { path, start, end } = part
  if (start === undefined && end === undefined) return path
  return `${path}, ${start ?? 0} s to ${end === undefined ? 'its end' : `${end} s`}`
}
