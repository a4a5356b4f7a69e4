/** The settings of both late-fusion baselines. */
import { count, someModalities } from '../../define/settings.js'

/**
 * Settings of both baselines. The document (section 5) names them and gives no sizes;
 * defaults are those of its published code.
 */
export const commonSettings = {
  modalities: someModalities.describe('the modalities to read; a single one has no fusion'),
  hidden: count
    .optional()
    .describe('hidden size of the encoders (default: the number of features of the modality)'),
} as const
