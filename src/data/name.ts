/** How data are called wherever people read of them: generated ones are always said to be so. */
export function nameOfData({ name, synthetic }: { name: string; synthetic: boolean }): string {
  return synthetic && !/synthetic/i.test(name) ? `${name} (synthetic)` : name
}
