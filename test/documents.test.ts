/** The documents name files and folders that exist. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** Folders that only a build, an installation or a user makes. */
const elsewhere = /^(dist|node_modules|vendor|shared|runs\/\w+$|limbic|~|\$|\/)/

/** Where a path of a document may begin: ARCHITECTURE.md names rooms without `src/`. */
const starts = ['', 'src']

/** Paths in backticks (with a slash, or a file of TypeScript) and targets of links that are not web addresses. */
function pathsIn(text: string): string[] {
  const prose = text.replace(/```[\s\S]*?```/g, '')
  const quoted = [...prose.matchAll(/`([\w.@-]+(?:\/[\w.@-]*)+)`/g)].map(([, path = '']) => path)
  const linked = [...prose.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map(
    ([, path = '']) => path,
  )
  return [...new Set([...quoted, ...linked])].filter((path) => !elsewhere.test(path))
}

describe('files and folders that are named exist:', () => {
  test.each(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'])('%s', (name) => {
    const paths = pathsIn(readFileSync(join(root, name), 'utf8'))
    expect(paths.length).toBeGreaterThan(3)
    const known = (path: string) =>
      starts.some((start) => existsSync(join(root, dirname(name), start, path)))
    expect(paths.filter((path) => !known(path))).toEqual([])
  })
})
