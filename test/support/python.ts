import { spawnSync } from 'node:child_process'
import { expect } from 'vitest'

/** The Python that can import these packages, if there is one: LIMBIC_PYTHON, or python3. */
export function findPython(
  packages: readonly string[],
  python = process.env.LIMBIC_PYTHON ?? 'python3',
): string | undefined {
  if (python === '') return undefined
  const probe = spawnSync(python, ['-c', `import ${packages.join(', ')}`])
  return probe.status === 0 ? python : undefined
}

/** Runs a script, which must not complain; gives its standard output. */
export function runPython(
  python: string | undefined,
  script: string,
  ...args: readonly string[]
): string {
  const { stdout, stderr, error } = spawnSync(python ?? '', ['-c', script, ...args], {
    encoding: 'utf8',
  })
  expect(error).toBeUndefined()
  expect(stderr).toBe('')
  return stdout
}
