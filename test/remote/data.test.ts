import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { digestPath } from '../../src/disk/digest.js'
import { temporaryPaths } from '../support/folders.js'
import { type S3StandIn, startS3 } from '../support/servers/s3.js'

const at = temporaryPaths()

describe('data in a store', () => {
  let server: S3StandIn
  beforeAll(async () => {
    // Each of the processes that `bring` stands for listens for its end.
    process.setMaxListeners(50)
    server = await startS3('lab')
    for (const [name, value] of Object.entries({ ...server.env, LIMBIC_CACHE: at('cache') })) {
      vi.stubEnv(name, value)
    }
  })
  afterAll(async () => {
    process.setMaxListeners(10)
    vi.unstubAllEnvs()
    await server.stop()
  })
  const put = (key: string, text: string) =>
    server.objects.set(`lab/${key}`, {
      body: Buffer.from(text),
      etag: `"${key}${text}"`,
      notes: {},
    })
  /** As another process would. */
  const bring = async (place: string, expected?: string) => {
    vi.resetModules()
    const { bringData } = await import('../../src/remote/data.js')
    return bringData(place, expected)
  }
  const gets = () =>
    server.asked.filter((line) => line.startsWith('GET') && line !== 'GET lab').length

  test('is copied once, checked, and copied again where the copy is damaged or the data new', async () => {
    put('one.csv', 'a,b')
    const path = await bring('s3://lab/one.csv')
    expect([readFileSync(path, 'utf8'), path.endsWith(join('one.csv'))]).toEqual(['a,b', true])
    const before = gets()
    expect(await bring('s3://lab/one.csv')).toBe(path)
    expect(gets()).toBe(before)

    writeFileSync(path, 'x,y')
    expect(readFileSync(await bring('s3://lab/one.csv'), 'utf8')).toBe('a,b')
    put('one.csv', 'c,d')
    const other = await bring('s3://lab/one.csv')
    expect(other).not.toBe(path)
    expect([readFileSync(other, 'utf8'), readFileSync(path, 'utf8')]).toEqual(['c,d', 'a,b'])
    // Copies that were whole need no store to be found by their digest.
    server.trouble = () => 'cut'
    expect(await bring('s3://lab/one.csv', digestPath(path))).toBe(path)
    server.trouble = () => undefined
    await expect(bring('s3://lab/one.csv', `sha256:${'0'.repeat(64)}`)).rejects.toThrow(
      /s3:\/\/lab\/one.csv: the data in the store differs from what the run was submitted with/,
    )
    expect(readdirSync(at('cache', 'data')).filter((name) => name.startsWith('.'))).toEqual([])
  })

  test('may be a folder, and one copy serves several that ask at once', async () => {
    for (const name of ['manifest.json', 'text/0.npy', 'text/1.npy', 'audio/0.npy'])
      put(`corpus/${name}`, name)
    put('corpus-other/x', 'no part of it')
    const before = gets()
    const paths = await Promise.all([1, 2, 3].map(() => bring('s3://lab/corpus')))
    expect(new Set(paths).size).toBe(1)
    expect(gets() - before).toBe(4)
    const [path = ''] = paths
    expect(readFileSync(join(path, 'text', '1.npy'), 'utf8')).toBe('text/1.npy')
    expect(existsSync(join(path, 'x'))).toBe(false)
  })

  test('is copied again where the note of its digest was tampered with', async () => {
    put('noted.csv', 'a')
    const path = await bring('s3://lab/noted.csv')
    mkdirSync(at('precious', 'noted.csv'), { recursive: true })
    for (const name of readdirSync(at('cache', 'known'))) {
      writeFileSync(at('cache', 'known', name), JSON.stringify({ digest: '../../precious' }))
    }
    expect(await bring('s3://lab/noted.csv')).toBe(path)
    expect(existsSync(at('precious', 'noted.csv'))).toBe(true)
  })

  test('stays within a limit: what was opened longest ago goes, except what is in use', async () => {
    vi.stubEnv('LIMBIC_CACHE', at('small cache'))
    vi.stubEnv('LIMBIC_LIMIT_CACHE', '25')
    const brought: string[] = []
    // This process uses the first; the others are left by processes that have ended.
    for (const name of ['used', 'old', 'older', 'new']) {
      put(`shrinking/${name}`, name.padEnd(10, '-'))
      const path = await bring(`s3://lab/shrinking/${name}`)
      brought.push(path)
      if (name === 'used') continue
      const users = readdirSync(at('small cache', 'uses')).filter((user) => user.endsWith('.lock'))
      for (const user of users) {
        const place = at('small cache', 'uses', user.replace(/\.lock$/, ''))
        const uses = existsSync(place) ? readdirSync(place) : []
        if (uses.some((digest) => path.includes(digest))) rmSync(at('small cache', 'uses', user))
      }
      const day = { old: 2, older: 1, new: 3 }[name] ?? 0
      utimesSync(join(path, '..'), day, day)
    }
    expect(brought.map((path) => existsSync(path))).toEqual([true, false, false, true])
    expect(readdirSync(at('small cache', 'data')).filter((name) => name.startsWith('.'))).toEqual(
      [],
    )
    vi.stubEnv('LIMBIC_CACHE', at('cache'))
    vi.stubEnv('LIMBIC_LIMIT_CACHE', undefined)
  })

  test('cannot leave its folder, and must be there', async () => {
    put('evil/a/../../../x', 'over there')
    await expect(bring('s3://lab/evil')).rejects.toThrow('cannot have such a part')
    await expect(bring('s3://lab/nothing')).rejects.toThrow('nothing in the store has this address')
    expect(await bring('local/path')).toBe('local/path')
  })
})
