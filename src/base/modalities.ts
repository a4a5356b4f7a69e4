/** The three modalities in which people express emotion, under the names that feature files use. */
export const modalities = ['text', 'audio', 'vision'] as const
export type Modality = (typeof modalities)[number]

/** Names with the modalities first, in their usual order, then the others in theirs. */
export function inOrderOfModalities(names: readonly string[]): string[] {
  const usual: readonly string[] = modalities
  return [
    ...usual.filter((name) => names.includes(name)),
    ...names.filter((name) => !usual.includes(name)),
  ]
}
