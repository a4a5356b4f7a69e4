/** The table of commands. Each is one file, loaded only when it runs. */
import type { CommandEntry } from './command.js'

export const table: readonly CommandEntry[] = [
  {
    name: 'demo',
    summary: 'generate synthetic data, train five models on it and compare them',
    load: () => import('./commands/demo.js'),
  },
  {
    name: 'studio',
    summary: 'open the page where emotions are recognised live and runs are seen and trained',
    load: () => import('./commands/studio.js'),
  },
  {
    name: 'train',
    summary: 'train a model over one or more seeds',
    load: () => import('./commands/train.js'),
  },
  {
    name: 'eval',
    summary: 'evaluate a trained model on its own data or on other data',
    load: () => import('./commands/eval.js'),
  },
  {
    name: 'predict',
    summary:
      'recognise emotions in a recording, or predict from a data set, samples or standard input',
    load: () => import('./commands/predict.js'),
  },
  {
    name: 'compare',
    summary: 'compare runs side by side, in a table and on a page',
    load: () => import('./commands/compare.js'),
  },
  {
    name: 'reproduce',
    summary: 'reproduce a published table and compare it with the published figures',
    load: () => import('./commands/reproduce.js'),
  },
  {
    name: 'search',
    summary: 'search settings of a model, chosen by validation',
    load: () => import('./commands/search.js'),
  },
  {
    name: 'worker',
    summary: 'run jobs that other machines submit to a queue',
    load: () => import('./commands/worker.js'),
  },
  {
    name: 'runs',
    summary: 'list the runs in a folder with their state and main metric',
    load: () => import('./commands/runs.js'),
  },
  {
    name: 'copy',
    summary: 'copy data and runs to an S3-compatible store or back',
    load: () => import('./commands/copy.js'),
  },
  {
    name: 'models',
    summary: 'list the models, or show the settings, size and graph of one model',
    load: () => import('./commands/models.js'),
  },
  {
    name: 'verify',
    summary: "check a model against reference values from its authors' code",
    load: () => import('./commands/verify.js'),
  },
  {
    name: 'data',
    summary: 'inspect, convert and align data sets, or generate a synthetic one',
    load: () => import('./commands/data/index.js'),
  },
  {
    name: 'export',
    summary: 'export a trained model as a single ONNX file',
    load: () => import('./commands/export.js'),
  },
  {
    name: 'explain',
    summary: 'show what a trained model bases its predictions on',
    load: () => import('./commands/explain.js'),
  },
]

export function findEntry(name: string | undefined): CommandEntry | undefined {
  return table.find((entry) => entry.name === name)
}
