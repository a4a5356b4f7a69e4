import { spawnSync } from 'node:child_process'

/** The Python that can import these packages, if there is one: LIMBIC_PYTHON, or python3. */
export function findPython(packages: readonly string[]): string | undefined {
  const python = process.env.LIMBIC_PYTHON ?? 'python3'
  const probe = spawnSync(python, ['-c', `import ${packages.join(', ')}`])
  return probe.status === 0 ? python : undefined
}
