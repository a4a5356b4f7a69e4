/** The three ways in which a person tells what they feel, under the names that the field's feature files use. */
export const modalities = ['text', 'audio', 'vision'] as const
export type Modality = (typeof modalities)[number]
