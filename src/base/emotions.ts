/** The emotions and the words that corpora, documents and people have for each. */

interface Emotion {
  /** What Limbic calls it. */
  readonly name: string
  /** IEMOCAP's three letters, or MOSI's. */
  readonly abbreviation?: string
  /** Other words for the same. */
  readonly synonyms?: readonly string[]
  /** Whether it is felt as good (1), as bad (-1), or as neither (0). */
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
  // The utterances that IEMOCAP's raters did not agree on.
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
 * One name for every word of an emotion: `joy`, `hap` and `Happiness` are happy. A word that is
 * not known is itself, in lower case.
 */
export function emotionOf(word: string): string {
  return find(word)?.name ?? word.trim().toLowerCase()
}

/** The full name of a class that is called by an abbreviation; any other name is itself. */
export function fullClassName(name: string): string {
  const emotion = find(name)
  return emotion?.abbreviation === name.trim().toLowerCase() ? emotion.name : name
}

/** Whether an emotion is felt as good (1), as bad (-1) or as neither (0); undefined if it is not known. */
export function valenceOf(word: string): -1 | 0 | 1 | undefined {
  return find(word)?.valence
}
