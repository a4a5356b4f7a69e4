import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LimbicError } from '../../src/base/errors.js'
import { openSession } from '../../src/runtime/node.js'
import type { Session, Value } from '../../src/runtime/session.js'
import { smallFeeds, smallRecurrentModel } from '../support/models/small-graphs.js'

async function mistake(work: Promise<unknown>): Promise<LimbicError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof LimbicError)) throw new Error(`not a LimbicError: ${error}`)
  expect(error.message).not.toContain('\n')
  return error
}

describe('opening a model in Node', () => {
  test('a provider that the build does not know', async () => {
    const error = await mistake(openSession(smallRecurrentModel(), { provider: 'wasm' }))
    expect(error.message).toMatch(
      /^provider: this machine cannot run models on "wasm": expected cpu/,
    )
  })
  test('a provider whose libraries or device the machine lacks', async () => {
    const opened = openSession(smallRecurrentModel(), { provider: 'cuda' })
    const works = await opened.then(
      (session) => session.close().then(() => true),
      () => false,
    )
    // Where there is such a device, there is no mistake to look at.
    if (works) return
    const error = await mistake(opened)
    expect(error.message).toMatch(
      /^provider: this machine cannot run models on "cuda": expected cpu/,
    )
  })
  test('bytes that are no model', async () => {
    const error = await mistake(openSession(Uint8Array.of(1, 2, 3)))
    expect(error.message).toMatch(/^graph: ONNX Runtime could not load the model: got /)
  })
  test('a model that was cut short', async () => {
    const model = smallRecurrentModel()
    const error = await mistake(openSession(model.subarray(0, model.length >> 1)))
    expect(error.message).toMatch(/^graph: ONNX Runtime could not load the model: got /)
  })
  test('a file that is not there', async () => {
    const error = await mistake(openSession('nowhere/model.onnx'))
    expect(error.message).toMatch(/^nowhere\/model.onnx: ONNX Runtime could not load the model/)
  })
})

describe('running a model in Node', () => {
  let session: Session
  beforeAll(async () => {
    session = await openSession(smallRecurrentModel(), { threads: 1 })
  })
  afterAll(() => session.close())

  test('names of inputs and outputs', () => {
    expect(session.inputNames).toEqual(['x', 'lengths'])
    expect(session.outputNames).toEqual(['y'])
  })
  test('a result has its type, shape and numbers', async () => {
    const result = (await session.run(smallFeeds())).get('y')
    expect(result).toMatchObject({ dataType: 'float32', shape: [2, 2] })
    expect(result?.data).toBeInstanceOf(Float32Array)
  })
  test('an input that is missing', async () => {
    const feeds = smallFeeds()
    feeds.delete('lengths')
    const error = await mistake(session.run(feeds))
    expect(error.message).toBe('input "lengths": a model input is missing: got x')
  })
  test('an input of another shape or type', async () => {
    const narrow: Value = { dataType: 'float32', shape: [2, 5, 2], data: new Float32Array(20) }
    const error = await mistake(session.run(smallFeeds().set('x', narrow)))
    expect(error.message).toMatch(/^ONNX Runtime failed to run the model: got .*x/)
    const whole: Value = { dataType: 'int32', shape: [2, 5, 3], data: new Int32Array(30) }
    const other = await mistake(session.run(smallFeeds().set('x', whole)))
    expect(other.message).toMatch(/^ONNX Runtime failed to run the model/)
  })
  test('a value whose shape is not that of its numbers', async () => {
    const wrong: Value = { dataType: 'float32', shape: [2, 5, 3], data: new Float32Array(29) }
    const error = await mistake(session.run(smallFeeds().set('x', wrong)))
    expect(error.message).toMatch(/^input "x": /)
  })
  test('an output that the model does not have', async () => {
    await mistake(session.run(smallFeeds(), new Map(), ['z']))
  })
  test('results go into memory that is given', async () => {
    const expected = (await session.run(smallFeeds())).get('y')
    const memory = new Float32Array(6).fill(7)
    const y: Value = { dataType: 'float32', shape: [2, 2], data: memory.subarray(1, 5) }
    const results = await session.run(smallFeeds(), new Map([['y', y]]))
    expect(results.get('y')).toBe(y)
    expect([...memory]).toEqual([7, ...Array.from(expected?.data ?? [], Number), 7])
  })
  test('after a mistake it runs on', async () => {
    await mistake(session.run(new Map()))
    expect((await session.run(smallFeeds())).has('y')).toBe(true)
  })
})
