import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { isRemote, readObjectAddress, writeObjectAddress } from '../../src/remote/address.js'
import { settingsOfEnvironment } from '../../src/remote/settings.js'
import { openRemote, type Remote } from '../../src/remote/store.js'
import { temporaryPaths } from '../support/folders.js'
import { type S3StandIn, startS3 } from '../support/servers/s3.js'

const at = temporaryPaths()
const bytes = (text: string) => new TextEncoder().encode(text)
const place = (key: string) => ({ bucket: 'lab', key })

describe('an address', () => {
  test('names bucket and key', () => {
    expect(readObjectAddress('s3://lab/runs/a b/')).toEqual({ bucket: 'lab', key: 'runs/a b' })
    expect(writeObjectAddress(readObjectAddress('s3://lab'))).toBe('s3://lab')
    expect(isRemote('runs/s3://lab')).toBe(false)
  })

  test.each([
    's3:///x',
    's3://a/b',
    's3://lab/../x',
    's3://lab/a//b',
    's3://lab/a\\b',
    's3://lab/./b',
    '/x',
  ])('that could mean something else is refused: %s', (text) =>
    expect(() => readObjectAddress(text)).toThrow('a store'),
  )
})

test('settings come from the environment, and what is missing is named', () => {
  const env = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }
  expect(settingsOfEnvironment({ ...env, AWS_REGION: 'eu-west-1' }).endpoint).toBe(
    'https://s3.eu-west-1.amazonaws.com',
  )
  expect(settingsOfEnvironment({ ...env, AWS_ENDPOINT_URL: 'http://h:9000/' }).endpoint).toBe(
    'http://h:9000',
  )
  expect(() => settingsOfEnvironment({ AWS_ACCESS_KEY_ID: 'a' })).toThrow('$AWS_SECRET_ACCESS_KEY')
  expect(() => settingsOfEnvironment({ ...env, AWS_ENDPOINT_URL: 'h:9000' })).toThrow(
    '$AWS_ENDPOINT_URL',
  )
})

describe('a store', () => {
  let server: S3StandIn
  let remote: Remote
  const open = (more = {}) =>
    openRemote({
      settings: settingsOfEnvironment(server.env),
      patience: { attempts: 4, pause: 1, longest: 400 },
      piece: 8,
      ...more,
    })
  beforeAll(async () => {
    server = await startS3('lab')
    remote = await open()
  })
  afterAll(() => server.stop())
  afterEach(() => {
    server.trouble = () => undefined
  })
  const fetched = async (key: string) => {
    const facts = await remote.look(place(key))
    if (!facts) throw new Error(`there is no ${key}`)
    await remote.fetch(place(key), facts, at('fetched'))
    return readFileSync(at('fetched'), 'utf8')
  }

  test('keeps objects of any name and size, with notes', async () => {
    for (const [key, text] of [
      ['a/empty', ''],
      ['a/ümlaut + (1)*&<b>!\'"~.txt', 'seven 7'],
      ['a/eight', 'eight888'],
      ['a/long', 'a text of several pieces'],
    ] as const) {
      writeFileSync(at('file'), text)
      expect(await remote.put(place(key), at('file'), { notes: { run: key.slice(2, 3) } })).toBe(
        true,
      )
      expect(await fetched(key)).toBe(text)
      expect((await remote.look(place(key)))?.notes).toEqual({
        run: key.slice(2, 3) === 'ü' ? 'ü' : key.slice(2, 3),
      })
    }
    expect(await remote.look(place('a'))).toBeUndefined()
    await remote.remove(place('a/empty'))
    expect(await remote.look(place('a/empty'))).toBeUndefined()
  })

  test('lists everything below a place, whatever the size of its pages', async () => {
    const keys = ['1', '2', '3/&<x> y', '3/+', '4', '5', '6'].map((name) => `list/${name}`)
    for (const key of [...keys, 'listed-not']) await remote.put(place(key), bytes(key))
    const found = await remote.list(place('list'))
    expect(found.map(({ address }) => address.key)).toEqual([...keys].sort())
    expect(found.map(({ length }) => length)).toEqual([...keys].sort().map((key) => key.length))
    expect((await remote.look(place('list/1')))?.etag).toBe(found[0]?.etag)
  })

  test('writes under a condition, in one piece or several', async () => {
    writeFileSync(at('several'), 'written in several pieces')
    for (const from of [bytes('one'), at('several')]) {
      const key = `only/${from.length}`
      expect(await remote.put(place(key), from, { condition: { absent: true } })).toBe(true)
      expect(await remote.put(place(key), from, { condition: { absent: true } })).toBe(false)
      const etag = (await remote.look(place(key)))?.etag ?? ''
      expect(await remote.put(place(key), from, { condition: { etag: '"other"' } })).toBe(false)
      expect(await remote.put(place(key), from, { condition: { etag } })).toBe(true)
    }
  })

  test.each(['error', 'cut', 'slow'] as const)(
    'is asked again while there is trouble: %s',
    async (kind) => {
      writeFileSync(at('file'), 'through trouble')
      // Every other request fails.
      server.trouble = (_, __, count) => (count % 2 ? kind : undefined)
      expect(await remote.put(place(`trouble/${kind}`), at('file'))).toBe(true)
      expect(await fetched(`trouble/${kind}`)).toBe('through trouble')
      expect(await remote.list(place('trouble'))).not.toEqual([])
    },
  )

  test('says what is wrong where trouble does not pass, or nobody may do it', async () => {
    server.trouble = () => 'error'
    await expect(remote.look(place('x'))).rejects.toThrow(
      /s3:\/\/lab\/x: the store does not answer: got 500.* 4 times/,
    )
    server.trouble = () => undefined
    const stranger = await open({
      settings: { ...settingsOfEnvironment(server.env), secretAccessKey: 'guessed' },
    })
    await expect(stranger.list(place('x'))).rejects.toThrow(
      /refuses to read this: got 403 SignatureDoesNotMatch/,
    )
    await expect(remote.put({ bucket: 'none', key: 'x' }, bytes('x'))).rejects.toThrow(
      'no such bucket',
    )
  })

  test('does not mix two versions of an object, and leaves nothing of a failed transfer', async () => {
    mkdirSync(at('into'))
    await remote.put(place('changing'), bytes('the first version of it'))
    const facts = await remote.look(place('changing'))
    if (!facts) throw new Error('it was to be there')
    await remote.put(place('changing'), bytes('the second one, different'))
    await expect(remote.fetch(place('changing'), facts, at('into', 'x'))).rejects.toThrow(
      'has changed while',
    )
    expect(() => readFileSync(at('into', 'x'))).toThrow()
  })
})

describe('the list of a store', () => {
  const entry = (key: string, size = '1') =>
    `<Contents><Key>${key}</Key><ETag>"e"</ETag><Size>${size}</Size></Contents>`
  test.each([
    ['a key that cannot be read', entry('x/%zz')],
    ['a key of another place', entry('other/a')],
    ['a size that is none', entry('x/a', 'big')],
    ['a page without a next one', '<IsTruncated>true</IsTruncated>'],
    [
      'the same page for ever',
      '<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>',
    ],
  ])('is refused with %s', async (_, text) => {
    const server = createServer((_, response) => response.end(text))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const env = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }
    const liar = await openRemote({
      settings: settingsOfEnvironment({ ...env, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` }),
    })
    await expect(liar.list(place('x'))).rejects.toThrow('gives a list that makes no sense')
  })
})
