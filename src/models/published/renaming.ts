/** What to write in place of a part of a path, given the pattern's groups. */
export type RenamingRule = readonly [pattern: RegExp, written: (...groups: string[]) => string]

/** A path after every rule, in turn: for names of parameters in published code. */
export function renamed(path: string, rules: readonly RenamingRule[]): string {
  return rules.reduce(
    (name, [pattern, written]) =>
      name.replace(pattern, (_match, ...groups: string[]) => written(...groups)),
    path,
  )
}
