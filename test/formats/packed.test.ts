import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { openUnpacked } from '../../src/formats/packed/index.js'
import { temporaryPaths } from '../support/folders.js'

const at = temporaryPaths()

function packed(content: Uint8Array, times: number): string {
  let bytes = content
  for (let time = 0; time < times; time++) bytes = gzipSync(bytes)
  writeFileSync(at('file.gz'), bytes)
  return at('file.gz')
}

beforeEach(() => {
  vi.stubEnv('TMPDIR', at())
  return () => vi.unstubAllEnvs()
})

describe('a packed file', () => {
  test('is read as what it holds, also packed twice, and leaves nothing behind', async () => {
    for (const times of [1, 2]) {
      const file = await openUnpacked(packed(Buffer.from('a, b\n1, 2\n'), times))
      expect(file.length).toBe(10)
      file.close()
    }
    expect(readdirSync(at())).toEqual(['file.gz'])
  })

  test('may be no larger for being packed within another', async () => {
    // Words in an order that repeats after more than a packer looks back: it packs well, twice.
    const order = Array.from({ length: 4000 }, (_, at) => (Math.imul(at, 2_654_435_761) >>> 13) % 7)
    const period = order.map((at) => 'abcdefg'.charAt(at).repeat(150 + at)).join('')
    const content = Buffer.from(period.repeat(20))
    const path = packed(content, 2)
    const times = content.length / statSync(path).size
    expect(times).toBeGreaterThan(250)
    await expect(openUnpacked(path, 1000)).rejects.toThrow('unpacks to far more than data would')
    expect(readdirSync(at())).toEqual(['file.gz'])
    expect((await openUnpacked(packed(content, 1), 1000)).length).toBe(content.length)
  })

  test('within others again and again is not followed', async () => {
    await expect(openUnpacked(packed(Buffer.from('x'), 5))).rejects.toThrow(
      'is packed again and again',
    )
  })
})
