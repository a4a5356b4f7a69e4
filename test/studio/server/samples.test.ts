/** Samples and their recordings: what a corpus lists is played, and nothing else. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CorpusRow, SamplePage } from '../../../src/studio/protocol.js'
import { succeed } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'
import { openStudio, type TestStudio } from '../../support/studio/server.js'

const at = temporaryPaths()
const secret = 'the secret'
const hostile = '<img src=x onerror=alert(1)> $(id);=1+1.wav'
let here: TestStudio
let page: SamplePage

const files = ['one.wav', 'two.mp4', 'gone.wav', 'face.png', hostile]

beforeAll(async () => {
  mkdirSync(at('corpus', 'clips'), { recursive: true })
  for (const name of files) writeFileSync(at('corpus', 'clips', name), `content of ${name}`)
  writeFileSync(at('outside.wav'), secret)
  mkdirSync(at('elsewhere'))
  writeFileSync(at('elsewhere', 'far.wav'), secret)
  symlinkSync(at('outside.wav'), at('corpus', 'clips', 'link.wav'))
  symlinkSync(at('elsewhere'), at('corpus', 'folder'))
  symlinkSync(at('corpus', 'clips', 'one.wav'), at('corpus', 'clips', 'inner.wav'))
  spawnSync('mkfifo', [at('corpus', 'clips', 'pipe.wav')])
  mkdirSync(at('corpus', 'clips', 'folder.wav'))
  writeFileSync(
    at('corpus', 'manifest.csv'),
    [
      'id,path,emotion,speaker,text,split,start,end',
      'one,clips/one.wav,angry,Ann,hello there,train,,',
      'two,clips/two.mp4,happy,Bob,<b>bold</b>,test,1,2.5',
      'gone,clips/gone.wav,angry,Bob,,train,,',
      `"${hostile}","clips/${hostile}",angry,"=cmd|x",,train,,`,
      'link,clips/link.wav,angry,Bob,,train,,',
      'far,folder/far.wav,angry,Bob,,train,,',
      'up,../outside.wav,angry,Bob,,train,,',
      'inner,clips/inner.wav,angry,Bob,,train,,',
      'pipe,clips/pipe.wav,angry,Bob,,train,,',
      'folder,clips/folder.wav,angry,Bob,,train,,',
      'face,clips/face.png,happy,Bob,,train,,',
    ].join('\n'),
  )
  await succeed(
    ...['data', 'synth', '--out', at('features'), '--aligned'],
    ...['--train', '60', '--valid', '4', '--test', '4'],
  )
  here = await openStudio({ folder: at('runs'), data: [at('corpus'), at('features')] })
  page = await pageOf({})
})
afterAll(() => here?.[Symbol.asyncDispose]())

async function pageOf(more: object, data = at('corpus')): Promise<SamplePage> {
  const { status, text } = await here.post('/api/samples', { data, from: 0, ...more })
  expect([status, text]).toEqual([200, text])
  return JSON.parse(text) as SamplePage
}

const rowOf = (id: string): CorpusRow => {
  const row = page.rows.find((one) => one.id === id)
  if (!row) throw new Error(`no sample ${id}`)
  return row
}
const play = (id: string, part = 'sound', headers: Readonly<Record<string, string>> = {}) =>
  here.ask(`/api/samples/${page.list}/${rowOf(id).index}/${part}`, { headers })

describe('samples', () => {
  test('are listed with what is known of them, and no path', async () => {
    expect(page).toMatchObject({ all: 11, found: 11, splits: ['train', 'test'] })
    expect(page.labels).toEqual(['angry', 'happy'])
    expect(rowOf('two')).toEqual({
      ...{ index: 1, id: 'two', label: 'happy', split: 'test', speaker: 'Bob' },
      ...{ words: '<b>bold</b>', medium: { video: { start: 1, end: 2.5 } } },
    })
    expect(JSON.stringify(page)).not.toContain(at())
    expect(rowOf(hostile)).toMatchObject({ speaker: '=cmd|x', medium: { sound: {} } })
  })

  test('are found by split and class', async () => {
    expect((await pageOf({ split: 'test' })).rows.map(({ id }) => id)).toEqual(['two'])
    expect((await pageOf({ label: 'angry' })).found).toBe(9)
    expect(await pageOf({ label: 'happy', split: 'train' })).toMatchObject({ found: 1 })
    expect((await pageOf({ label: 'happy', split: 'valid' })).rows).toEqual([])
    expect((await pageOf({ from: 1e6 })).rows).toEqual([])
  })

  test('of features alone say that there is nothing to play, page by page', async () => {
    const first = await pageOf({}, at('features'))
    expect(first).toMatchObject({ all: 68, step: 50, silent: 'it has features alone' })
    expect(first.rows).toHaveLength(50)
    expect(first.rows.some(({ medium }) => medium)).toBe(false)
    expect((await pageOf({ from: 50 }, at('features'))).rows).toHaveLength(18)
    const { status } = await here.ask(`/api/samples/${first.list}/0/sound`)
    expect(status).toBe(404)
  })

  test.each([
    [{ data: '/etc' }, 'the studio was not given this data'],
    [{ data: 'synthetic' }, 'the studio was not given this data'],
    [{ from: -1 }, 'at least 0'],
    [{ path: 'clips/one.wav' }, 'unknown key'],
  ])('are asked for as the page does: %o', async (odd, message) => {
    const request = { data: at('corpus'), from: 0, ...odd }
    const { status, text } = await here.post('/api/samples', request)
    expect([status, text]).toEqual([400, expect.stringContaining(message)])
  })
})

describe('recordings', () => {
  test('come with their type, and only for the own page', async () => {
    const { status, headers, text } = await play('one')
    expect([status, text]).toEqual([200, 'content of one.wav'])
    expect(headers).toMatchObject({
      ...{ 'content-type': 'audio/wav', 'content-length': '18', 'accept-ranges': 'bytes' },
      ...{ 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' },
    })
    expect(headers['content-security-policy']).toMatch(/media-src 'self' blob:;/)
    expect((await play('two', 'video')).headers['content-type']).toBe('video/mp4')
    expect(rowOf('face').medium).toEqual({ pictures: 1 })
    expect((await play('face', 'picture-0')).headers['content-type']).toBe('image/png')
    expect((await play('face', 'picture-1')).status).toBe(404)
    expect((await play('one', 'sound', { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  })

  test.each([
    ['bytes=0-6', 206, 'content', 'bytes 0-6/18'],
    ['bytes=11-', 206, 'one.wav', 'bytes 11-17/18'],
    ['bytes=-3', 206, 'wav', 'bytes 15-17/18'],
    ['bytes=18-', 416, '', 'bytes */18'],
    ['bytes=3-1', 200, 'content of one.wav', undefined],
    ['bytes=0-1,3-4', 200, 'content of one.wav', undefined],
  ])('are sent in parts: %s', async (range, expected, content, told) => {
    const { status, headers, text } = await play('one', 'sound', { range })
    expect([status, text, headers['content-range']]).toEqual([expected, content, told])
    if (content !== '') expect(headers['content-length']).toBe(String(content.length))
  })

  test('that have changed are sent whole', async () => {
    const headers = { range: 'bytes=0-1', 'if-range': '"of another time"' }
    expect((await play('one', 'sound', headers)).status).toBe(200)
    const { headers: told } = await play('one')
    const same = await play('one', 'sound', { ...headers, 'if-range': told.etag ?? '' })
    expect([same.status, same.text]).toEqual([206, 'co'])
  })

  test('of hostile names play like any', async () => {
    expect((await play(hostile)).text).toBe(`content of ${hostile}`)
  })

  test('behind links inside of the folder play', async () => {
    expect((await play('inner')).text).toBe('content of one.wav')
  })

  test.each([
    ['link', 'lies outside of the folder of the recordings'],
    ['far', 'lies outside of the folder of the recordings'],
    ['up', 'lies outside of the folder of the recordings'],
    ['pipe', 'Not found'],
    ['folder', 'Not found'],
  ])('elsewhere and other things do not: %s', async (id, message) => {
    const { status, text } = await play(id)
    expect([status, text]).toEqual([404, expect.stringContaining(message)])
    expect(text).not.toContain(secret)
    expect(text).not.toContain(at())
  })

  test('that are gone are said to be', async () => {
    rmSync(at('corpus', 'clips', 'gone.wav'))
    const { status, text } = await play('gone')
    expect([status, text]).toEqual([404, '{"error":"gone.wav is no longer there"}'])
  })

  test.each([...['11', '-1', '1e0', '0x1', '00000000000', '1.0', '..', '%00', '__proto__', 'one']])(
    'of the sample %s do not exist',
    async (index) => {
      const { status } = await here.ask(`/api/samples/${page.list}/${index}/sound`)
      expect(status).toBe(404)
    },
  )

  test.each([
    ...['video', 'picture-0', 'picture--1', 'transcript', 'path', '..%2f..%2foutside.wav'],
    ...['sound/../../x', 'constructor'],
  ])('of the part %s do not exist', async (part) => {
    expect((await here.ask(`/api/samples/${page.list}/0/${part}`)).status).toBe(404)
  })

  test('of a former list are no longer there, as its places mean other samples', async () => {
    expect((await here.ask('/api/samples/unknown/0/sound')).status).toBe(404)
    const before = page.list
    writeFileSync(at('corpus', 'manifest.csv'), 'id,path,emotion\none,clips/one.wav,angry\n')
    page = await pageOf({})
    expect(page.all).toBe(1)
    const { status, text } = await here.ask(`/api/samples/${before}/0/sound`)
    expect([status, text]).toEqual([404, expect.stringContaining('the data have changed')])
    expect((await play('one')).text).toBe('content of one.wav')
  })
})
