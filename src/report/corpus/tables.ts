/** Tables that describe a corpus: splits, lengths, labels and invalid values. */
import { capitalised } from '../../base/text/words.js'
import type { CorpusTable } from '../../data/corpora/raw/index.js'
import { splitNames } from '../../data/dataset.js'
import type { Table } from '../tables/table.js'
import type { DatasetSummary, LabelCount, SplitSummary } from './summarise.js'

/** Samples, features and lengths of every split and modality. */
export function sequenceTable({ splits }: DatasetSummary): Table {
  return {
    columns: [
      { header: 'Split' },
      { header: 'Samples' },
      { header: 'Modality' },
      { header: 'Features' },
      { header: 'Steps' },
      { header: 'Shortest' },
      { header: 'Median' },
      { header: 'Longest' },
      { header: 'Invalid' },
    ],
    rows: splits.flatMap(({ split, samples, sequences }) =>
      sequences.map(({ modality, width, steps, lengths, invalid }, place) => [
        place === 0 ? split : '',
        place === 0 ? samples : null,
        modality,
        width,
        steps,
        ...[lengths.min, lengths.median, lengths.max, invalid],
      ]),
    ),
  }
}

/** Speakers and features without time of every split, where any split has them. */
export function speechTable({ splits }: DatasetSummary): Table | undefined {
  const anySpeakers = splits.some(({ speakers }) => speakers)
  const names = [...new Set(splits.flatMap(({ whole = {} }) => Object.keys(whole)))]
  if (!anySpeakers && names.length === 0) return undefined
  return {
    columns: [
      { header: 'Split' },
      ...(anySpeakers ? [{ header: 'Speakers' }, { header: 'Also in earlier splits' }] : []),
      ...names.flatMap((name) => [{ header: capitalised(name) }, { header: 'Invalid' }]),
    ],
    rows: splits.map(({ split, speakers, whole = {} }) => [
      split,
      ...(anySpeakers ? [speakers?.count ?? null, speakers?.shared ?? null] : []),
      ...names.flatMap((name) => [whole[name]?.width ?? null, whole[name]?.invalid ?? null]),
    ]),
  }
}

/** Clips, words and durations of each label of a folder of recordings, as far as they are known. */
export function recordingsTable(name: string, { rows, total }: CorpusTable): Table {
  const labels = [...rows, total]
  const hasWords = labels.some(({ words }) => words !== undefined)
  const isTimed = labels.some(({ duration }) => duration !== undefined)
  const isDivided = splitNames.some((split) => total.counts[split] > 0)
  return {
    caption: `${name}, as MESM's Tables 1 and 2 count`,
    columns: [
      { header: 'Label' },
      ...(hasWords ? [{ header: 'Avg. words', digits: 2, align: 'right' as const }] : []),
      ...(isTimed ? [{ header: 'Avg. seconds', digits: 2, align: 'right' as const }] : []),
      ...(isDivided ? splitNames : ['Clips']).map((header) => ({
        header,
        align: 'right' as const,
      })),
    ],
    rows: labels.map(({ label, words, duration, counts, clips }) => [
      label,
      ...(hasWords ? [words ?? null] : []),
      ...(isTimed ? [duration ?? null] : []),
      ...(isDivided ? splitNames.map((split) => counts[split]) : [clips]),
    ]),
  }
}

/** The distribution of labels: one table for each kind of target. */
export function targetTables({ splits }: DatasetSummary): Table[] {
  const tables: Table[] = []
  if (splits.some(({ sentiment }) => sentiment)) {
    tables.push({
      columns: [
        { header: 'Sentiment' },
        { header: 'Least', digits: 2 },
        { header: 'Median', digits: 2 },
        { header: 'Most', digits: 2 },
        ...labelColumns(splits[0]?.sentiment?.classes),
      ],
      rows: splits.map(({ split, sentiment }) => [
        split,
        ...(sentiment ? [sentiment.min, sentiment.median, sentiment.max] : [null, null, null]),
        ...(sentiment?.classes ?? []).map(({ count }) => count),
      ]),
    })
  }
  for (const kind of ['classes', 'emotions'] as const) {
    if (splits.some((split) => split[kind])) tables.push(labelTable(kind, splits))
  }
  return tables
}

function labelTable(kind: 'classes' | 'emotions', splits: readonly SplitSummary[]): Table {
  return {
    columns: [
      { header: kind === 'classes' ? 'Classes' : 'Emotions' },
      ...labelColumns(splits[0]?.[kind]),
    ],
    rows: splits.map((split) => [split.split, ...(split[kind] ?? []).map(({ count }) => count)]),
  }
}

function labelColumns(counts: readonly LabelCount[] = []) {
  return counts.map(({ label }) => ({ header: label }))
}
