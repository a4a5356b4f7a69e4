/** The HTTP example as a program of its own, on this machine alone. */
import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RandomStream } from '../../src/base/random.js'
import { loadModel, type RawSample } from '../../src/index.js'
import { exportModel } from '../../src/use/exported/export.js'
import { temporaryPaths } from '../support/folders.js'
import { smallModel, smallStandardisation, smallWidths } from '../support/models/small-model.js'

const at = temporaryPaths()
const file = at('model.onnx')
const agent = new Agent({ keepAlive: true, maxSockets: 500 })
let server: ChildProcess
let address = ''

beforeAll(async () => {
  const metadata = { trainingData: 'made up', synthetic: true }
  const standardisation = smallStandardisation()
  writeFileSync(file, exportModel({ ...smallModel(), standardisation, metadata }))
  const program = resolve(import.meta.dirname, '../../examples/serve.mjs')
  server = spawn(process.execPath, [program, file, '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  address = await new Promise((found) => {
    server.stdout?.once('data', (line: Buffer) => found(line.toString().trim()))
  })
})

afterAll(async () => {
  agent.destroy()
  const ended = new Promise((done) => server.once('exit', done))
  server.kill()
  await ended
})

function post(body: string): Promise<{ status: number | undefined; answer: unknown }> {
  return new Promise((done, fail) => {
    const sent = request(`${address}/predict`, { method: 'POST', agent }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      response.on('end', () => done({ status: response.statusCode, answer: JSON.parse(text) }))
    })
    sent.once('error', fail)
    sent.end(body)
  })
}

const random = new RandomStream(2, 'requests')
const steps = (count: number, width: number) =>
  Array.from({ length: count }, () => Array.from({ length: width }, () => random.normal(1, 3)))
const sampleOf = (id: string): RawSample => {
  const count = 1 + random.integer(8)
  return {
    id,
    text: steps(count, smallWidths.text),
    audio: steps(count, smallWidths.audio),
    vision: steps(count, smallWidths.vision),
  }
}

describe('the HTTP example', () => {
  test('answers 10,000 different requests at once, each with its own prediction', async () => {
    const samples = Array.from({ length: 10_000 }, (_, index) => sampleOf(`request ${index}`))
    const model = await loadModel(file, { threads: 1 })
    const expected = await model.predict(samples)
    await model.close()
    const answers = await Promise.all(samples.map((sample) => post(JSON.stringify(sample))))
    const wrong = answers.filter(({ status, answer }, index) => {
      const { id, prediction } = Object(answer)
      const own = expected[index]
      const near = Math.abs(prediction - Number(own?.prediction)) < 1e-4
      return status !== 200 || id !== own?.id || !near
    })
    expect(wrong).toEqual([])
    // Answers that are all alike would prove nothing.
    expect(new Set(expected.map(({ prediction }) => prediction)).size).toBeGreaterThan(9_900)
  })

  test('tells what is wrong with a sample, and goes on', async () => {
    const bad = await post(JSON.stringify({ ...sampleOf('bad'), text: [[1]] }))
    expect(bad.status).toBe(400)
    expect(JSON.stringify(bad.answer)).toMatch(/text, row 0.*expected 5 numbers, got 1/)
    expect((await post('{')).status).toBe(400)
    expect((await post(JSON.stringify(sampleOf('good')))).status).toBe(200)
  })
})
