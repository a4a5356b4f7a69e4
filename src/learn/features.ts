/** What a model reads of a corpus, and whether the corpus has it. */

import { LimbicError } from '../base/errors.js'
import { type Dataset, modalities, type Split, splitNames } from '../data/dataset.js'
import type { ConfiguredModel, Widths } from '../models/define/model.js'

/** The number of features of each modality of a split. */
export function widthsOf(split: Split): Widths {
  const widths: { -readonly [Name in keyof Widths]: number } = {}
  for (const modality of modalities) {
    const source = split.sequences[modality]
    if (source) widths[modality] = source.width
  }
  if (split.prosody) widths.prosody = split.prosody.width
  return widths
}

/** The widths of what a model reads. */
export function widthsFor(model: ConfiguredModel, widths: Widths): Widths {
  const read = [...model.requires, ...(model.prosody ? (['prosody'] as const) : [])]
  return Object.fromEntries(
    read.flatMap((name) => (widths[name] === undefined ? [] : [[name, widths[name]]])),
  )
}

/** @throws LimbicError where the corpus lacks what the model reads */
export function checkDataset(dataset: Dataset, model: ConfiguredModel): void {
  const present = Object.keys(dataset.splits.train.sequences)
  for (const modality of model.requires) {
    if (splitNames.some((name) => dataset.splits[name].sequences[modality] === undefined)) {
      throw new LimbicError(`the data have no ${modality}`, {
        where: dataset.name,
        expected: model.requires.join(', '),
        got: present.join(', ') || 'none',
        hint: `Choose modalities that the data have, as with --modalities ${present.join()}`,
      })
    }
  }
  if (model.model.aligned && model.requires.length > 1 && !dataset.aligned) {
    throw new LimbicError(`${model.model.name} needs aligned modalities`, {
      where: dataset.name,
      expected: 'the same number of steps in every modality of a sample',
      hint: dataset.synthetic
        ? 'Leave out --no-synthetic-aligned, or choose a model that takes any (limbic models)'
        : 'Align the data first (limbic data align), or choose a model that takes any (limbic models)',
    })
  }
}
