/** The classes of IEMOCAP in the published folds. */

/**
 * The seven classes of IEMOCAP that have more than a hundred utterances, in the order in which the
 * published folds are described (Yoon et al., 2020, and the SelfCross document, section 4).
 */
export const iemocapClasses = [
  'angry',
  'excited',
  'happy',
  'sad',
  'frustrated',
  'surprise',
  'neutral',
] as const
