/** What can be chosen of both late-fusion baselines. */
import { count, someModalities } from '../../define/settings.js'

/**
 * Choices that both baselines have. The document (section 5) names them and gives no sizes;
 * defaults are those of its published code.
 */
export const commonSettings = {
  modalities: someModalities.describe('those that the model reads; one alone has no fusion'),
  hidden: count
    .optional()
    .describe('width of the encoders; unless given each has the width of its modality’s features'),
} as const
