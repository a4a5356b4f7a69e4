/** The emotions, and the words that corpora, documents and people use for each. */

interface Emotion {
  /** Limbic's name for it. */
  readonly name: string
  /** The three-letter codes of IEMOCAP or MOSI. */
  readonly abbreviation?: string
  /** Synonyms. */
  readonly synonyms?: readonly string[]
  /** Whether it feels good (1), bad (-1) or neither (0). */
  readonly valence: -1 | 0 | 1
}

const emotions: readonly Emotion[] = [
  { name: 'happy', abbreviation: 'hap', synonyms: ['happiness', 'joy', 'joyful'], valence: 1 },
  { name: 'excited', abbreviation: 'exc', synonyms: ['excitement'], valence: 1 },
  { name: 'calm', synonyms: ['calmness'], valence: 1 },
  { name: 'sad', abbreviation: 'sad', synonyms: ['sadness'], valence: -1 },
  { name: 'angry', abbreviation: 'ang', synonyms: ['anger'], valence: -1 },
  { name: 'disgust', abbreviation: 'dis', synonyms: ['disgusted'], valence: -1 },
  { name: 'fear', abbreviation: 'fea', synonyms: ['fearful', 'afraid'], valence: -1 },
  { name: 'frustrated', abbreviation: 'fru', synonyms: ['frustration'], valence: -1 },
  { name: 'surprise', abbreviation: 'sur', synonyms: ['surprised'], valence: 0 },
  { name: 'neutral', abbreviation: 'neu', valence: 0 },
  { name: 'positive', abbreviation: 'pos', valence: 1 },
  { name: 'negative', abbreviation: 'neg', valence: -1 },
  { name: 'other', abbreviation: 'oth', valence: 0 },
  // IEMOCAP's utterances without agreement among the raters.
  { name: 'undecided', abbreviation: 'xxx', valence: 0 },
]

const byWord: ReadonlyMap<string, Emotion> = new Map(
  emotions.flatMap((emotion) =>
    [emotion.name, emotion.abbreviation, ...(emotion.synonyms ?? [])].flatMap((word) =>
      word === undefined ? [] : [[word, emotion] as const],
    ),
  ),
)

const find = (word: string) => byWord.get(word.trim().toLowerCase())

/**
 * One name for every word of an emotion: `joy`, `hap` and `Happiness` are happy. An unknown word is
 * returned in lower case.
 */
export function emotionOf(word: string): string {
  return find(word)?.name ?? word.trim().toLowerCase()
}

/** The full name of an abbreviated class; any other name is returned as is. */
export function fullClassName(name: string): string {
  const emotion = find(name)
  return emotion?.abbreviation === name.trim().toLowerCase() ? emotion.name : name
}

/** The three-letter code of a class, the inverse of `fullClassName`; undefined if it has none. */
export function abbreviationOf(name: string): string | undefined {
  const emotion = find(name)
  return emotion?.name === name ? emotion.abbreviation : undefined
}

/** Whether an emotion feels good (1), bad (-1) or neither (0); undefined if it is unknown. */
export function valenceOf(word: string): -1 | 0 | 1 | undefined {
  return find(word)?.valence
}
