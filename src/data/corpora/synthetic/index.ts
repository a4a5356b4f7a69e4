/** The exports of the synthetic corpus for other folders. */

export { describeSynthetic } from './describe.js'
export type { SyntheticLatent } from './latent.js'
export type { SyntheticWord } from './lexicon.js'
export {
  basicEmotions,
  type SyntheticEffects,
  type SyntheticOptions,
  type SyntheticPreset,
  type SyntheticTask,
  syntheticPresets,
  syntheticTasks,
} from './options.js'
export { type SyntheticDataset, synthesise } from './synthesise.js'
