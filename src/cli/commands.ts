/** The table of commands. Each is one file, loaded only when it is run. */
import type { CommandEntry } from './command.js'

export const table: readonly CommandEntry[] = [
  {
    name: 'demo',
    summary: 'make synthetic data, train five models on them and compare these',
    load: () => import('./commands/demo.js'),
  },
  {
    name: 'train',
    summary: 'train a model over one or more seeds',
    load: () => import('./commands/train.js'),
  },
  {
    name: 'eval',
    summary: "a trained model's figures on its own data or on others",
    load: () => import('./commands/eval.js'),
  },
  {
    name: 'predict',
    summary: 'predict from a data set, a file or standard input',
    load: () => import('./commands/predict.js'),
  },
  {
    name: 'compare',
    summary: 'set runs side by side, as a table and as a page',
    load: () => import('./commands/compare.js'),
  },
  {
    name: 'reproduce',
    summary: "train a table of a document, beside the document's figures",
    load: () => import('./commands/reproduce.js'),
  },
  {
    name: 'runs',
    summary: 'list the runs of a folder, with their state and main figure',
    load: () => import('./commands/runs.js'),
  },
  {
    name: 'models',
    summary: 'list the models, or show the settings, size and graph of one',
    load: () => import('./commands/models.js'),
  },
  {
    name: 'verify',
    summary: "compare a model with its authors' numbers",
    load: () => import('./commands/verify.js'),
  },
  {
    name: 'data',
    summary: 'inspect, convert and align data sets, or generate a synthetic one',
    load: () => import('./commands/data/index.js'),
  },
  {
    name: 'export',
    summary: 'write a trained model as one ONNX file',
    load: () => import('./commands/export.js'),
  },
  {
    name: 'explain',
    summary: "show what a trained model's answers rest on",
    load: () => import('./commands/explain.js'),
  },
]

export function findEntry(name: string | undefined): CommandEntry | undefined {
  return table.find((entry) => entry.name === name)
}
