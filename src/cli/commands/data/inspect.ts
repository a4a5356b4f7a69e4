/** `limbic data inspect`: the contents of a file or folder. */
import type { Command } from 'commander'
import { shortened } from '../../../base/text/clean.js'
import { count } from '../../../base/text/words.js'
import { isSequenceFile, openComputationalSequence } from '../../../data/corpora/csd/index.js'
import { corpusTable, openRawCorpus } from '../../../data/corpora/raw/index.js'
import { isUnlabelledStore } from '../../../data/corpora/store/index.js'
import { openDataset } from '../../../data/index.js'
import { isRecordings } from '../../../data/open.js'
import { chooseIntegers } from '../../../data/prepare/labels/integers.js'
import { closeOnFailure, lookAt, readBytes } from '../../../disk/files.js'
import { sniffFile } from '../../../formats/content/index.js'
import { inspectSafetensors } from '../../../formats/safetensors/index.js'
import { readModelMetadata } from '../../../graph/onnx/metadata.js'
import { spreadOf } from '../../../metrics/index.js'
import { summariseDataset } from '../../../report/corpus/summarise.js'
import {
  recordingsTable,
  sequenceTable,
  speechTable,
  targetTables,
} from '../../../report/corpus/tables.js'
import type { Table } from '../../../report/tables/table.js'
import { renderText } from '../../../report/tables/text.js'
import {
  openTerminal,
  type Terminal,
  type TerminalOptions,
  withTerminal,
} from '../../terminal/terminal.js'
import { addReading, type GivenOptions, readingOptions } from './reading.js'

type Options = TerminalOptions & GivenOptions

type Inspect = (path: string, options: Options, terminal: Terminal) => void | Promise<void>

/** Decides by the content of a file; anything else is tried as a data set. */
async function inspectorOf(path: string): Promise<Inspect> {
  if (isRecordings(path)) return inspectRecordings
  if (lookAt(path)?.isFile() !== true) return inspectDataset
  if (await isSequenceFile(path)) return inspectSequence
  const kind = sniffFile(path)
  // A file whose beginning is damaged is described by its name.
  if (kind === 'safetensors' || /\.safetensors$/i.test(path)) return inspectTensors
  return kind === 'onnx' || /\.onnx$/i.test(path) ? inspectModel : inspectDataset
}

export function define(command: Command): void {
  addReading(withTerminal(command), ['invalid'])
    .argument(
      '<path>',
      'a data set (.pkl, store or fold of .npy files), a folder of recordings, or a .csd, .safetensors or .onnx file',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ limbic data inspect features.pkl        splits, lengths, labels, invalid values
  $ limbic data inspect covarep.csd         one computational sequence
  $ limbic data inspect runs/first/weights.safetensors`,
    )
    .action(async (path: string, options: Options) => {
      const inspect = await inspectorOf(path)
      await inspect(path, options, openTerminal(options))
    })
}

async function inspectDataset(path: string, options: Options, terminal: Terminal): Promise<void> {
  const unlabelled = isUnlabelledStore(path)
  const opened = await openDataset(path, { ...readingOptions(options), scan: false, unlabelled })
  const dataset = closeOnFailure(opened, () => chooseIntegers(opened, 'auto'))
  try {
    const summary = await summariseDataset(dataset)
    // Features without time are listed by name, such as `prosody`.
    const splits = summary.splits.map(({ whole, ...rest }) => ({ ...rest, ...whole }))
    terminal.record({ kind: 'data set', ...summary, splits })
    const { name, synthetic, aligned, notes } = summary
    const ends = [
      synthetic ? 'synthetic' : '',
      aligned ? 'aligned (equal lengths in all modalities)' : 'unaligned',
      summary.splits.every(({ rawText }) => rawText) ? 'with words' : 'without words',
    ]
    terminal.print(`${name}: ${ends.filter(Boolean).join(', ')}`, '')
    show(terminal, sequenceTable(summary))
    const speech = speechTable(summary)
    if (speech) show(terminal, speech)
    for (const table of targetTables(summary)) show(terminal, table)
    for (const note of notes) terminal.print(`- ${note}`)
    const invalid = summary.splits.flatMap(({ sequences, whole = {} }) => [
      ...sequences.map((sequence) => sequence.invalid),
      ...Object.values(whole).map(({ invalid }) => invalid),
    ])
    if (invalid.some((count) => count > 0)) {
      terminal.print(
        '- NaN and infinity are replaced with the training mean, or with 0 under --invalid zero',
      )
    }
  } finally {
    dataset.close()
  }
}

async function inspectRecordings(path: string, _: Options, terminal: Terminal): Promise<void> {
  const corpus = await openRawCorpus(path)
  const { name, layout, clips, dropped, notes } = corpus
  const figures = corpusTable(corpus)
  const speakers = new Set(clips.flatMap(({ speaker }) => speaker ?? [])).size
  const left = dropped.map(({ rule, ids }) => ({ rule, count: ids.length }))
  const known = { layout, clips: clips.length, speakers }
  terminal.record({ kind: 'recordings', name, ...known, ...figures, left, notes })
  const of = speakers > 0 ? ` of ${count(speakers, 'speaker')}` : ''
  terminal.print(`${name}: ${layout}`, `${count(clips.length, 'clip')}${of}`, '')
  show(terminal, recordingsTable(name, figures))
  for (const { rule, count: lost } of left) {
    terminal.print(`- ${count(lost, 'clip')} left out: ${rule}`)
  }
  for (const note of notes) terminal.print(`- ${note}`)
}

/** The number of first intervals that suffice to tell their unit and spacing. */
const shownIntervals = 5

async function inspectSequence(path: string, _: Options, terminal: Terminal): Promise<void> {
  const sequence = await openComputationalSequence(path)
  try {
    const { name, kind, width, entries } = sequence
    const rows = [...entries.values()].map((entry) => entry.rows)
    const [first] = entries
    const times = first?.[1].intervals() ?? new Float64Array()
    const intervals = Array.from(
      { length: Math.min(shownIntervals, times.length / 2) },
      (_, row) => [times[2 * row], times[2 * row + 1]] as [number, number],
    )
    const firstVideo = first && {
      id: first[0],
      intervals,
      ...(kind === 'words' && { words: first[1].words().slice(0, shownIntervals) }),
    }
    const invalid = kind === 'numbers' ? countInvalid([...entries.values()]) : 0
    const total = rows.reduce((sum, count) => sum + count, 0)
    const spread = spreadOf(rows)
    terminal.record({
      kind: 'computational sequence',
      name,
      content: kind,
      width,
      videos: entries.size,
      rows: { total, ...spread },
      invalid,
      firstVideo,
    })
    terminal.print(
      `${name}: computational sequence of ${kind === 'words' ? 'words' : `${width} features a row`}`,
    )
    terminal.print(
      `${entries.size} videos, ${total} rows (${spread.min} to ${spread.max} a video, median ${spread.median})`,
    )
    terminal.print(
      `first video ${first?.[0]}, first intervals: ${intervals
        .map(([start, end]) => `${short(start)} to ${short(end)}`)
        .join(', ')}`,
    )
    if (firstVideo?.words)
      terminal.print(shortened(`first words: ${firstVideo.words.join(' ')}`, longestLine))
    if (kind === 'numbers') terminal.print(`${invalid} invalid values (NaN or infinity)`)
  } finally {
    sequence.close()
  }
}

function countInvalid(entries: readonly { features(): Float32Array }[]): number {
  let invalid = 0
  for (const entry of entries) {
    for (const value of entry.features()) if (!Number.isFinite(value)) invalid++
  }
  return invalid
}

function short(time: number): string {
  return String(Number(time.toFixed(3)))
}

function inspectTensors(path: string, _: Options, terminal: Terminal): void {
  const { metadata, tensors } = inspectSafetensors(path)
  const listed = tensors.map(({ name, fileType, shape }) => ({
    name,
    type: fileType,
    shape,
    numbers: shape.reduce((product, size) => product * size, 1),
  }))
  const total = listed.reduce((sum, { numbers }) => sum + numbers, 0)
  terminal.record({ kind: 'tensors', metadata, tensors: listed, numbers: total })
  show(terminal, {
    columns: [{ header: 'Tensor' }, { header: 'Type' }, { header: 'Shape' }, { header: 'Numbers' }],
    rows: listed.map(({ name, type, shape, numbers }) => [
      name,
      type,
      `[${shape.join(', ')}]`,
      numbers,
    ]),
  })
  terminal.print(`${tensors.length} tensors, ${total} numbers`)
  showMetadata(terminal, metadata)
}

function inspectModel(path: string, _: Options, terminal: Terminal): void {
  const metadata = Object.fromEntries(readModelMetadata(readBytes(path), path))
  terminal.record({ kind: 'model', metadata })
  showMetadata(terminal, metadata)
}

/** Longer lists are shortened for people; --json has all of them. */
const mostShown = 100

function show(terminal: Terminal, table: Table): void {
  terminal.show(renderText(table, mostShown))
}

/** A file's own metadata, under its own names. */
function showMetadata(terminal: Terminal, metadata: Readonly<Record<string, string>>): void {
  const entries = Object.entries(metadata)
  for (const [name, value] of entries.slice(0, mostShown)) {
    terminal.print(shortened(`${name}: ${value}`, longestLine))
  }
  const more = entries.length - mostShown
  if (more > 0) terminal.print(`and ${more.toLocaleString('en')} more`)
}

/** Some files keep a whole configuration in one value. */
const longestLine = 2000
