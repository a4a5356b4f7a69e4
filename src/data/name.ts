/** The name of a data set wherever people read it: generated data is always called so. */
export function nameOfData({ name, synthetic }: { name: string; synthetic: boolean }): string {
  return synthetic && !/synthetic/i.test(name) ? `${name} (synthetic)` : name
}
