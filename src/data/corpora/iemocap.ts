/** IEMOCAP's abbreviations of its classes. `xxx` are the utterances its raters did not agree on. */
const iemocapAbbreviations: ReadonlyMap<string, string> = new Map([
  ['ang', 'angry'],
  ['exc', 'excited'],
  ['hap', 'happy'],
  ['sad', 'sad'],
  ['fru', 'frustrated'],
  ['sur', 'surprise'],
  ['neu', 'neutral'],
  ['fea', 'fear'],
  ['dis', 'disgust'],
  ['oth', 'other'],
  ['xxx', 'undecided'],
])

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

/** The full name of a class that is called by IEMOCAP's abbreviation; any other name is itself. */
export function fullClassName(name: string): string {
  return iemocapAbbreviations.get(name.toLowerCase()) ?? name
}
