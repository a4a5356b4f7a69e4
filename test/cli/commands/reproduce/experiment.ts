/** A table of a document that does not exist, small enough to be run. */
import { writeFileSync } from 'node:fs'

/** A table of a document that there is not, small enough to be run. */
export const tiny = (changes: Record<string, unknown> = {}) => ({
  title: 'Two encoders',
  source: { document: 'A document', table: 'Table 1' },
  data: { name: 'A corpus', target: 'sentiment', synthetic: { train: 24, valid: 8, test: 8 } },
  protocol: { seeds: 2, training: { epochs: 2, batchSize: 8 } },
  models: { mmlatch: { settings: { hidden: 4, feedback: 'none' } } },
  columns: [
    { metric: 'mae', title: 'MAE' },
    { metric: 'accuracy2ZerosExcluded', title: 'Acc-2', scale: 100, digits: 1 },
    { metric: 'f1.happy', title: 'Happy F1' },
  ],
  rows: [
    {
      label: 'Words',
      model: 'mmlatch',
      settings: { modalities: ['text'] },
      paper: { mae: [0.9, 0.02], accuracy2ZerosExcluded: 75 },
    },
    { label: 'Voice', model: 'mmlatch', settings: { modalities: ['audio'] }, paper: { mae: 1.1 } },
    { label: 'Best', best: { of: 'words', by: 'mae' }, paper: { mae: 0.8 } },
    { label: 'Other', quoted: 'is not built here', paper: { mae: 0.7 } },
    {
      label: 'Unaligned',
      model: 'mmlatch',
      settings: { modalities: ['text'] },
      needs: { aligned: false },
    },
  ],
  ...changes,
})

/** Writes an experiment as a file, which the command takes in place of a name. */
export function writeExperiment(path: string, experiment: unknown): string {
  // JSON is YAML.
  writeFileSync(path, JSON.stringify(experiment))
  return path
}

/** The command that runs an experiment on a synthetic corpus. */
export const runIt = (path: string, ...more: string[]) => [
  ...['reproduce', path, '--data', 'synthetic', '--workers', '2'],
  ...more,
]
