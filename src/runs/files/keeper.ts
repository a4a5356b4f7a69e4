/** Keeps a training in the folder of a run. */
import type { CheckpointKeeper } from '../../learn/ports.js'
import type { RunFolder } from '../folder.js'
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.js'

const name = 'checkpoint.safetensors'

/** @param model its name, recorded in the weights file */
export function keepIn(folder: RunFolder, model: string): CheckpointKeeper {
  const where = folder.file(name)
  return {
    where,
    async load() {
      const kept = readCheckpoint(where)
      if (!kept) return undefined
      // Ignores lines of epochs whose checkpoint was never written.
      const epochs = folder.readEpochs().filter(({ epoch }) => epoch <= kept.progress.epoch)
      return { ...kept, epochs }
    },
    async save({ progress, numbers, epochs }, best) {
      // The checkpoint comes last: until it exists, resuming starts from the epoch before.
      if (best) folder.writeWeights(best.weights, best.shapes, model)
      folder.writeEpochs(epochs)
      writeCheckpoint(folder.fileToWrite(name), numbers, progress)
    },
    best: async (shapes) => folder.readWeights(shapes),
  }
}
