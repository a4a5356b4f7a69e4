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

/** The modality that an input belongs to, such as audio of `audioFrames`; an input of no modality is its own. */
export function modalityOf(input: string): string {
  return modalities.find((name) => new RegExp(`^${name}([A-Z]|$)`).test(input)) ?? input
}
