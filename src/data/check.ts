import { LimbicError } from '../base/errors.js'
import {
  type Dataset,
  modalities,
  type Split,
  splitNames,
  type Targets,
  targetNamed,
} from './dataset.js'

/** The sentiment scale of CMU-MOSI and CMU-MOSEI. */
const strongestSentiment = 3

/**
 * Checks what every data set must fulfil, whichever reader made it: no empty split, as many
 * lengths, targets and texts as ids, lengths of at least one step (and equal ones where the
 * modalities are aligned), the same modalities, widths and kinds of target in all splits, labels
 * within their range. Features are not read.
 *
 * @param where the file or folder, for messages.
 * @throws LimbicError naming the split and row of the first mistake.
 */
export function validateDataset(dataset: Dataset, where: string): void {
  for (const name of splitNames) {
    const split = dataset.splits[name]
    const place = `${where}, split ${name}`
    validateCounts(split, place)
    if (dataset.aligned) validateAlignment(split, place)
    validateAgreement(split, dataset.splits.train, place)
    validateTargets(split, dataset, place)
  }
}

function validateCounts(split: Split, where: string): void {
  const samples = split.ids.length
  if (samples === 0) {
    throw new LimbicError('the split has no samples', {
      where,
      hint: 'Every split needs at least one; make the split again',
    })
  }
  if (!modalities.some((modality) => split.sequences[modality])) {
    throw new LimbicError('the split has no features', { where, expected: modalities.join(' or ') })
  }
  const columns: (readonly [string, number | undefined, number])[] = [
    ...modalities.map(
      (modality) => [modality, split.sequences[modality]?.lengths.length, samples] as const,
    ),
    ['raw text', split.rawText?.length, samples],
    ['speakers', split.speakers?.length, samples],
    ['sentiment', split.targets.sentiment?.length, samples],
    ['classes', split.targets.classes?.length, samples],
  ]
  for (const [name, got, expected] of columns) {
    if (got !== undefined && got !== expected) {
      throw new LimbicError(`${name} and ids differ in number`, {
        where,
        expected: `${expected} samples`,
        got: `${got}`,
      })
    }
  }
  const { prosody } = split
  if (prosody && prosody.values.length !== samples * prosody.width) {
    throw new LimbicError('prosody and ids differ in number', {
      where,
      expected: `${samples} x ${prosody.width} numbers`,
      got: `${prosody.values.length}`,
    })
  }
  for (const modality of modalities) {
    split.sequences[modality]?.lengths.forEach((length, row) => {
      if (length >= 1) return
      throw new LimbicError('a sequence needs at least one step', {
        where: `${where}, ${modality}, row ${row} (${split.ids[row]})`,
        got: `${length}`,
      })
    })
  }
}

function validateAlignment({ ids, sequences }: Split, where: string): void {
  const [first, ...others] = modalities.filter((modality) => sequences[modality])
  const expected = first && sequences[first]?.lengths
  for (const modality of others) {
    const lengths = sequences[modality]?.lengths
    const row = ids.findIndex((_, sample) => lengths?.[sample] !== expected?.[sample])
    if (row < 0) continue
    throw new LimbicError('aligned modalities differ in their steps', {
      where: `${where}, ${modality}, row ${row} (${ids[row]})`,
      expected: `${expected?.[row]}, as ${first} has`,
      got: `${lengths?.[row]}`,
    })
  }
}

function validateAgreement(split: Split, train: Split, where: string): void {
  for (const modality of modalities) {
    const [got, expected] = [split.sequences[modality]?.width, train.sequences[modality]?.width]
    if (got === expected) continue
    throw new LimbicError(`${modality} differs between the splits`, {
      where,
      expected: expected === undefined ? 'none, as in train' : `${expected} features, as in train`,
      got: got === undefined ? 'none' : `${got}`,
    })
  }
  const [prosody, expected] = [split.prosody?.width ?? 0, train.prosody?.width ?? 0]
  if (prosody !== expected) {
    throw new LimbicError('prosody differs between the splits', {
      where,
      expected: `${expected} features, as in train`,
      got: `${prosody}`,
    })
  }
  const own = [split, train].flatMap(({ targets }) => Object.keys(targets.others ?? {}))
  for (const kind of ['sentiment', 'classes', 'emotions', ...own]) {
    const expected = targetNamed(train.targets, kind)
    if ((targetNamed(split.targets, kind) === undefined) === (expected === undefined)) continue
    throw new LimbicError('the splits have different labels', {
      where,
      expected: `${expected ? '' : 'no '}${kind}, as in train`,
    })
  }
}

function validateTargets(split: Split, dataset: Dataset, where: string): void {
  const { sentiment, classes, emotions, others = {} }: Targets = split.targets
  if (!sentiment && !classes && !emotions && Object.keys(others).length === 0) {
    throw new LimbicError('the split has no labels', {
      where,
      expected: 'sentiment, classes or emotions',
    })
  }
  const fail = (what: string, row: number, expected: string, got: number): never => {
    throw new LimbicError(what, {
      where: `${where}, row ${row} (${split.ids[row]})`,
      expected,
      got: `${got}`,
    })
  }
  sentiment?.forEach((value, row) => {
    if (!(Math.abs(value) <= strongestSentiment)) {
      fail('sentiment out of range', row, 'a number from -3 to 3', value)
    }
  })
  const classCount = dataset.classNames?.length ?? 0
  classes?.forEach((value, row) => {
    if (value < 0 || value >= classCount) {
      fail('class out of range', row, `0 to ${classCount - 1}`, value)
    }
  })
  const columns = dataset.emotionNames?.length ?? 0
  if (emotions && emotions.length !== columns * split.ids.length) {
    throw new LimbicError('emotions do not match samples and names', {
      where,
      expected: `${split.ids.length} x ${columns}`,
      got: `${emotions.length}`,
    })
  }
  for (const [name, values] of Object.entries(others)) {
    const width = values.length / split.ids.length
    if (!Number.isInteger(width)) {
      throw new LimbicError(`${name} and ids differ in number`, {
        where,
        expected: `as many numbers for each of ${split.ids.length} samples`,
        got: `${values.length}`,
      })
    }
    values.forEach((value, index) => {
      if (!Number.isFinite(value)) {
        fail(`${name} is no number`, Math.floor(index / width), 'a finite number', value)
      }
    })
  }
  emotions?.forEach((value, index) => {
    if (!Number.isFinite(value)) {
      fail('emotion is no number', Math.floor(index / columns), 'a finite number', value)
    }
  })
}
