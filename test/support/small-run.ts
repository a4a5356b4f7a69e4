/** A run that takes a second: a small corpus and a small model. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Dataset } from '../../src/data/dataset.js'
import { synthesise } from '../../src/data/index.js'
import { type RunConfig, runConfig } from '../../src/learn/config.js'
import type { RunResults } from '../../src/learn/records.js'
import { RunFolder } from '../../src/runs/folder.js'
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

/** A small MMLatch as it is by default: three modalities, with feedback. */
export function wholeRunConfig(training: object = {}): RunConfig {
  const settings = { modalities: ['text', 'audio', 'vision'], feedback: 'lstm' }
  return smallRunConfig({ epochs: 4, ...training }, settings)
}

/** What trains such runs in folders of a temporary one. */
export function smallRuns(parent: string, usual: RunConfig = smallRunConfig()) {
  const dataset = smallCorpus()
  const request = (name: string, more: Partial<RunRequest> = {}): RunRequest => ({
    config: usual,
    dataset,
    folder: join(parent, name),
    ...more,
  })
  return {
    dataset,
    request,
    /** A file of a run. */
    bytes: (name: string, file = 'weights.safetensors') => readFileSync(join(parent, name, file)),
    open: (name: string) => new RunFolder(join(parent, name)),
    /** Trains it to its end. */
    complete: async (name: string, more: Partial<RunRequest> = {}): Promise<RunResults> => {
      const outcome = await trainRun(request(name, more))
      if (outcome.state !== 'complete') throw new Error('the run was to come to its end')
      return outcome.results
    },
    /** Trains it and stops after a step. */
    stoppedAt: async (
      name: string,
      at: { readonly epoch: number; readonly batch: number },
      more: Partial<RunRequest> = {},
    ) => {
      const control = new AbortController()
      const watcher = {
        stepped: ({ epoch, batch }: { epoch: number; batch: number }) => {
          if (epoch === at.epoch && batch === at.batch) control.abort()
        },
      }
      return await trainRun(request(name, { watcher, signal: control.signal, ...more }))
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
