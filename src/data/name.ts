/** The display name of a data set: generated data is always called synthetic. */
export function nameOfData({ name, synthetic }: { name: string; synthetic: boolean }): string {
  return synthetic && !/synthetic/i.test(name) ? `${name} (synthetic)` : name
}
