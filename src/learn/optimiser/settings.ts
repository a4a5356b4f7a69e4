/** The optimiser's settings, as a training configuration has them. */
import type { TrainingConfig } from '../config.js'
import type { ParameterGroup } from './adam.js'
import type { ClippingSettings } from './clip.js'

export interface OptimiserSettings extends ClippingSettings {
  readonly weightDecay: number
  readonly groups?: readonly ParameterGroup[]
}

/** The optimiser's part of a training configuration. */
export function optimiserOf(training: TrainingConfig): OptimiserSettings {
  const { weightDecay, rates, clipNorm, clipValue } = training
  return {
    weightDecay,
    groups: Object.entries(rates).map(([prefix, factor]) => ({ prefix, factor })),
    ...(clipNorm !== undefined && { clipNorm }),
    ...(clipValue !== undefined && { clipValue }),
  }
}
