/** The emotions of CMU-MOSEI, in the order of its label columns after the sentiment. */
export const moseiEmotions = ['happy', 'sad', 'anger', 'surprise', 'disgust', 'fear'] as const
