/** The details of a run: settings, epochs and samples. */
import { existsSync } from 'node:fs'
import { RunFolder } from '../../../runs/folder.js'
import { look, withConfig } from '../../../runs/list.js'
import type { RunDetail } from '../../protocol.js'
import { calibrationOf } from './calibration.js'
import { settingRows } from './changed.js'
import { rowOf } from './row.js'
import { worstFirst } from './samples.js'

/** The number of samples listed, the largest errors first. */
const mostSamples = 200

/** @param path the run's folder, inside the studio's folder */
export function detailOf(folder: string, path: string): RunDetail {
  const place = new RunFolder(path)
  const run = withConfig(look(place))
  const { config, description, results, state } = run
  const known = state !== 'damaged'
  const hasSamples = known && existsSync(place.file('predictions.test.jsonl'))
  const task = description?.task
  const lines = hasSamples ? place.readPredictions('test') : []
  const samples = task ? worstFirst(task, lines, results?.thresholds) : []
  const calibration = task && calibrationOf(task, lines)
  return {
    run: rowOf(folder, run),
    settings: config ? settingRows(config) : [],
    epochs: known
      ? place.readEpochs().map(({ epoch, trainLoss, validLoss, rate, seconds, best }) => ({
          ...{ epoch, trainLoss, validLoss, rate, seconds, best },
        }))
      : [],
    notes: description?.dataset.notes ?? [],
    samples: samples.slice(0, mostSamples),
    ...(calibration && { calibration }),
    moreSamples: Math.max(0, samples.length - mostSamples),
  }
}
