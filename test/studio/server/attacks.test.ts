/** What strangers, other sites and hostile folders can make of the studio: nothing. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findRunFolders } from '../../../src/runs/list.js'
import { Events } from '../../../src/studio/server/http/events.js'
import { succeed, tinyRun } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'
import { openStudio, type TestStudio } from '../../support/studio/server.js'

const at = temporaryPaths()
const secret = 'the secret'
let here: TestStudio

beforeAll(async () => {
  const small = ['--epochs', '1', '--modalities', 'text', '--feedback', 'none']
  await succeed('train', 'mmlatch', ...tinyRun, ...small, '--out', at('runs', 'first'))
  writeFileSync(at('secret.txt'), secret)
  mkdirSync(at('outside'))
  cpSync(at('runs', 'first'), at('outside', 'run'), { recursive: true })
  symlinkSync(at('outside', 'run'), at('runs', 'link'))
  here = await openStudio({ folder: at('runs') })
})
afterAll(() => here?.[Symbol.asyncDispose]())

describe('paths stay in their folder', () => {
  test.each([
    '/../secret.txt',
    '/..%2f..%2fsecret.txt',
    '/assets/..%2f..%2f..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/models/..%2f..%2fpackage.json',
    '/models/starter-voice.md',
    '/results/first/weights.safetensors',
    '/results/..%2freport.html',
    '/reports/none/..%2f..%2fsecret.txt',
    '/C:%5cWindows',
    '/a%00b',
  ])('of the address %s', async (path) => {
    const { status, text } = await here.ask(path)
    expect(status).toBe(404)
    expect(text).not.toContain(secret)
  })

  test.each([
    '..',
    '../outside/run',
    '/etc',
    'first/../../outside/run',
    'link',
    'first\\..',
    '',
    '\0',
  ])('of the run "%s"', async (path) => {
    const { status } = await here.ask(`/api/run?path=${encodeURIComponent(path)}`)
    expect(status).toBe(404)
  })

  test.each(['../new', '/tmp/new', 'a/../../new', 'link/new', '.', 'a//b', 'a\\b'])(
    'of the folder to train in "%s"',
    async (out) => {
      const request = { model: 'mmlatch', data: 'synthetic', out, settings: {} }
      const { status, text } = await here.post('/api/train', request)
      expect(text).toContain('is not a path inside the folder of the studio')
      expect(status).toBe(400)
    },
  )
})

describe('strangers', () => {
  test.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost@evil'])(
    'under the name "%s" are refused',
    async (host) => {
      const { status, text } = await here.ask('/', { headers: { host } })
      expect([400, 403]).toContain(status)
      expect(text).not.toContain('<html')
    },
  )

  const train = { model: 'mmlatch', data: 'synthetic', out: 'x', settings: {} }
  test.each([
    { origin: 'http://evil.example', 'content-type': 'application/json' },
    { origin: 'null', 'content-type': 'application/json' },
    { 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' },
    { 'sec-fetch-site': 'same-site', 'content-type': 'application/json' },
  ])('requests of other sites change nothing: %o', async (headers) => {
    const body = JSON.stringify(train)
    expect((await here.ask('/api/train', { method: 'POST', headers, body })).status).toBe(403)
    const read = await here.ask('/api/run?path=first', { headers })
    expect(read.status).toBe(403)
  })

  test('a link of another site leads to a page, and starts nothing', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
    expect((await here.ask('/', { headers })).status).toBe(200)
    expect((await here.ask('/api/model?path=first', { headers })).status).toBe(403)
  })

  test('a form of another site sends no JSON', async () => {
    const headers = { 'content-type': 'text/plain' }
    const body = JSON.stringify(train)
    const { status, text } = await here.ask('/api/train', { method: 'POST', headers, body })
    expect([status, text]).toEqual([400, '{"error":"the request is not JSON"}'])
  })

  test('elsewhere than on this machine a token is needed', async () => {
    const folder = at('runs')
    await using open = await openStudio({ folder, host: '0.0.0.0' })
    const { searchParams } = new URL(open.studio.address)
    const token = searchParams.get('token') ?? ''
    expect(token.length).toBeGreaterThanOrEqual(24)
    expect((await open.ask('/api/run?path=first')).status).toBe(401)
    expect((await open.ask('/?token=guessed')).status).toBe(401)
    const entered = await open.ask(`/?token=${token}`)
    expect(entered.status).toBe(302)
    const [cookie = ''] = entered.headers['set-cookie'] ?? []
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/)
    const headers = { cookie: cookie.split(';')[0] ?? '' }
    expect((await open.ask('/api/run?path=first', { headers })).status).toBe(200)
  })
})

test('pages are told what they may do', async () => {
  const { headers, status } = await here.ask('/')
  expect(status).toBe(200)
  expect(headers).toMatchObject({
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'x-content-type-options': 'nosniff',
  })
  const policy = headers['content-security-policy']
  expect(policy).toMatch(/default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/)
  expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval|\*/)
})

describe('too much', () => {
  test('ten gigabytes that are announced are refused before they come', async () => {
    const headers = { 'content-type': 'application/json', 'content-length': String(1e10) }
    const { status } = await new Promise<{ status: number }>((resolve, reject) => {
      void here.ask('/api/train', { method: 'POST', headers, body: '{' }).then(resolve, reject)
    })
    expect(status).toBe(413)
  })

  test('a page that reads no events is cut off, and may come again', async () => {
    const events = new Events()
    const app = new Hono().get('/', (context) => events.stream(context, () => []))
    const response = await app.request('/')
    await expect.poll(() => events.listeners).toBe(1)
    for (let sent = 0; sent < 5000; sent++) events.send({ kind: 'listed', total: sent })
    expect(events.listeners).toBe(0)
    // It ends by itself.
    expect((await response.text()).length).toBeLessThan(100_000)
  })

  test('a body without an announced size ends at the limit', async () => {
    const body = `{"runs":["${'x'.repeat(2 ** 21)}"]}`
    const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' }
    expect((await here.ask('/api/compare', { method: 'POST', headers, body })).status).toBe(413)
  })
})

describe('what commands are given', () => {
  test.each([
    [{ model: './evil.mjs' }, 'unknown model'],
    [{ model: '--config=evil.yaml' }, 'unknown model'],
    [{ data: '/etc/passwd' }, 'the studio was not given this data'],
    [{ settings: { resume: 'first' } }, 'unknown setting'],
    [{ settings: { 'allow-model-file': 'yes' } }, 'unknown setting'],
    [{ settings: { refit: '--out=elsewhere' } }, 'yes or no'],
    [{ more: 1 }, 'unknown key'],
    [{ seeds: 1e9 }, 'at most'],
  ])('is what the form has: %o', async (odd, message) => {
    const request = { model: 'mmlatch', data: 'synthetic', out: 'x', settings: {}, ...odd }
    const { status, text } = await here.post('/api/train', request)
    expect(text).toContain(message)
    expect(status).toBe(400)
  })

  test('an id of a sample is never an option', async () => {
    const { status, text } = await here.post('/api/explain', { run: 'first', sample: '--json' })
    expect(text).toMatch(/unknown sample \\"--json\\"/)
    expect(status).toBe(400)
  })
})

test('a run folder that is being deleted is a run less, and no mistake', async () => {
  cpSync(at('runs', 'first'), at('runs', 'going'), { recursive: true })
  rmSync(at('runs', 'going', 'model.json'))
  const { status, text } = await here.ask('/api/run?path=going')
  expect(status).toBe(200)
  expect(JSON.parse(text)).toMatchObject({ run: { path: 'going', state: 'damaged' }, samples: [] })
  rmSync(at('runs', 'going'), { recursive: true })
  expect((await here.ask('/api/run?path=going')).status).toBe(404)
})

test('pipes in place of the files of a run are not waited for', async () => {
  cpSync(at('runs', 'first'), at('runs', 'piped'), { recursive: true })
  for (const name of ['model.json', 'config.yaml', 'epochs.jsonl', 'predictions.test.jsonl']) {
    rmSync(at('runs', 'piped', name), { force: true })
    spawnSync('mkfifo', [at('runs', 'piped', name)])
  }
  const { status, text } = await here.ask('/api/run?path=piped')
  expect(status).toBe(200)
  expect(JSON.parse(text)).toMatchObject({ run: { path: 'piped', state: 'damaged' } })
  expect(text).toContain('is not a plain file')
  rmSync(at('runs', 'piped'), { recursive: true })
})

test('a folder that cannot be read hides no run', async () => {
  const seen: unknown[] = []
  const find = (folder: string) => findRunFolders(folder, (error) => seen.push(error))
  expect(find(at('runs')).map(({ path }) => path)).toEqual([at('runs', 'first')])
  expect([find(at('nowhere')), seen.length]).toEqual([[], 1])
  expect(() => findRunFolders(at('nowhere'))).toThrow(/nowhere/)
})
