/** A run that takes a second: a small corpus and a small model. */
import { join } from 'node:path'
import type { Dataset } from '../../src/data/dataset.js'
import { synthesise } from '../../src/data/index.js'
import { type RunConfig, runConfig } from '../../src/learn/config.js'
import type { RunResults } from '../../src/learn/records.js'
import { type RunRequest, trainRun } from '../../src/runs/run.js'

/** Forty samples of small widths; the same ones for the same seed. */
export function smallCorpus(more: Partial<Parameters<typeof synthesise>[0]> = {}): Dataset {
  return synthesise({
    aligned: true,
    samples: { train: 40, valid: 16, test: 16 },
    widths: { text: 6, audio: 4, vision: 3 },
    seed: 3,
    ...more,
  })
}

/** A model of one modality, without feedback: opens fast. */
export function smallRunConfig(training: object = {}, settings: object = {}): RunConfig {
  return runConfig.parse({
    settings: { modalities: ['text'], feedback: 'none', hidden: 4, ...settings },
    data: { path: 'synthetic' },
    training: { epochs: 2, batchSize: 8, learningRate: 5e-3, ...training },
    threads: 1,
    seed: 5,
  })
}

/** What trains such a run in a folder of a temporary one. */
export function smallRuns(parent: string) {
  const dataset = smallCorpus()
  const request = (name: string, more: Partial<RunRequest> = {}): RunRequest => ({
    config: smallRunConfig(),
    dataset,
    folder: join(parent, name),
    ...more,
  })
  return {
    dataset,
    request,
    /** Trains it to its end. */
    complete: async (name: string, more: Partial<RunRequest> = {}): Promise<RunResults> => {
      const outcome = await trainRun(request(name, more))
      if (outcome.state !== 'complete') throw new Error('the run was to come to its end')
      return outcome.results
    },
    /** Trains it and stops after so many epochs. */
    stopped: async (name: string, epochs: number, more: Partial<RunRequest> = {}) => {
      const control = new AbortController()
      const watcher = {
        finishedEpoch: ({ epoch }: { epoch: number }) => {
          if (epoch === epochs) control.abort()
        },
      }
      return await trainRun(request(name, { watcher, signal: control.signal, ...more }))
    },
  }
}
