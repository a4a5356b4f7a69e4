/** The three ways in which a person tells what they feel, under the names that the field's feature files use. */
export const modalities = ['text', 'audio', 'vision'] as const
export type Modality = (typeof modalities)[number]

/** Names with the modalities first, in their usual order, then any others as they come. */
export function inOrderOfModalities(names: readonly string[]): string[] {
  const usual: readonly string[] = modalities
  return [
    ...usual.filter((name) => names.includes(name)),
    ...names.filter((name) => !usual.includes(name)),
  ]
}
