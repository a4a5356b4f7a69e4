/** Writes the files of an explanation. */
import { join } from 'node:path'
import type { Dataset, SplitName } from '../../data/dataset.js'
import { writeContentSafely } from '../../disk/files.js'
import { version } from '../../disk/package.js'
import { type MeanMasks, type MeanPositions, modelFacts } from '../../explain/index.js'
import { inputsFor } from '../../learn/step/features.js'
import { spreadOf } from '../../metrics/index.js'
import type { InputSpec } from '../../models/define/model.js'
import { explainPage } from '../../report/pages/explanation/page.js'
import { describeSoFar } from '../../runs/open/so-far.js'
import type { RunRecord } from '../../runs/trained.js'
import { addressOf } from '../predicting/recording-report.js'
import type { RunExplanation } from './explain-run.js'

/**
 * Writes the page, its figures, and any mean masks and mean maps over positions.
 *
 * @param of.named whether the samples were named by the user
 * @returns the names of the files
 * @throws LimbicError if they cannot be written
 */
export async function writeExplanation(
  folder: string,
  { masks, routing, windows, positions, samples, facts }: RunExplanation,
  of: {
    readonly run: RunRecord
    readonly dataset: Dataset
    readonly split: SplitName
    readonly named: boolean
    /** The recordings that stand in for the split, if there are any. */
    readonly recordings: readonly string[]
  },
): Promise<readonly string[]> {
  const { run, dataset, split, named, recordings } = of
  const [only = '', ...others] = recordings
  const playable = recordings.length > 0 && others.length === 0
  const { model, widths, task } = run
  const { name, synthetic, splits } = dataset
  const page = await explainPage({
    model: modelFacts(model, widths, task, medianSteps(dataset, split, inputsFor(model, widths))),
    data: {
      ...{ name, synthetic, samples: splits[split].ids.length },
      ...(recordings.length === 0 && { split }),
    },
    ...(playable && {
      recording: {
        address: addressOf(only, join(folder, 'explanation.html')),
        picture: splits[split].features.vision !== undefined,
      },
    }),
    ...(masks && { masks }),
    ...(routing && { routing }),
    ...(windows && { windows }),
    ...(positions && { positions }),
    classTitle: task.grouping.title,
    ...{ samples, samplesNamed: named, contributions: facts },
    facts: [
      ['Run', run.folder.path],
      ...(run.unfinished ? [['State', describeSoFar(run.unfinished)] as const] : []),
      ['Seed', String(run.config.seed)],
    ],
    footer: `limbic ${version}, limbic explain`,
  })
  const files = new Map([...page.figures].map(([figure, svg]) => [`${figure}.svg`, svg]))
  if (masks) files.set('masks.json', `${JSON.stringify(plainMasks(masks))}\n`)
  if (positions) files.set('positions.json', `${JSON.stringify(plainPositions(positions))}\n`)
  // The page is written last: if it exists, everything does.
  files.set('explanation.html', page.html)
  for (const [file, content] of files) writeContentSafely(join(folder, file), content)
  return [...files.keys()]
}

function medianSteps(
  { splits }: Dataset,
  split: SplitName,
  read: readonly InputSpec[],
): Record<string, number> {
  return Object.fromEntries(
    read.flatMap(({ name, time }) => {
      const { lengths } = splits[split].features[name] ?? {}
      return time === undefined || !lengths ? [] : [[name, Math.round(spreadOf(lengths).median)]]
    }),
  )
}

/** Masks as JSON values. */
export function plainMasks({ classNames, counts, modalities }: MeanMasks) {
  return {
    classNames,
    counts,
    modalities: modalities.map(({ modality, width, means }) => ({
      modality,
      width,
      means: means.map((mean) => mean && [...mean]),
    })),
  }
}

/** Mean maps over positions as JSON values, without the mean pictures. */
function plainPositions(positions: readonly MeanPositions[]) {
  return positions.map(({ sequence, classNames, classes }) => ({
    ...{ sequence, classNames },
    classes: classes.map(
      (one) =>
        one && {
          pictures: one.count,
          layers: one.layers.map(({ layer, rows, columns, attention, selected }) => ({
            ...{ layer, rows, columns },
            ...(attention && { attention: [...(attention[0] ?? [])] }),
            ...(selected && { selected: [...(selected[0] ?? [])] }),
          })),
        },
    ),
  }))
}
