import { describe, expect, test } from 'vitest'
import { LimbicError } from '../../src/base/errors.js'
import { openSession as openInNode } from '../../src/runtime/node.js'
import { openSession as openInPage } from '../../src/web.js'
import { smallFeeds, smallRecurrentModel } from '../support/models/small-graphs.js'

describe('the runtime of pages', () => {
  test('gives what the native one gives', async () => {
    const model = smallRecurrentModel()
    const [page, native] = [await openInPage(model), await openInNode(model, { threads: 1 })]
    expect(page.inputNames).toEqual(native.inputNames)
    const [found, wanted] = [await page.run(smallFeeds()), await native.run(smallFeeds())]
    const [numbers, expected] = [found, wanted].map((results) => results.get('y'))
    expect(numbers?.shape).toEqual([2, 2])
    for (const [place, value] of Array.from(numbers?.data ?? [], Number).entries()) {
      expect(value).toBeCloseTo(Number(expected?.data[place]), 6)
    }
    await Promise.all([page.close(), native.close()])
  })
  test('writes outputs to memory that it is given', async () => {
    const page = await openInPage(smallRecurrentModel())
    const wanted = (await page.run(smallFeeds())).get('y')
    const given = { dataType: 'float32' as const, shape: [2, 2], data: new Float32Array(4) }
    const found = await page.run(smallFeeds(), new Map([['y', given]]))
    expect(found.get('y')).toBe(given)
    expect(given.data).toEqual(wanted?.data)
    const small = { ...given, shape: [2], data: new Float32Array(2) }
    await expect(page.run(smallFeeds(), new Map([['y', small]]))).rejects.toThrow(
      'output "y": the memory for an output does not fit: expected float32 [2, 2], got float32 [2]',
    )
    await page.close()
  })
  test('a missing input is the same mistake', async () => {
    const page = await openInPage(smallRecurrentModel())
    await expect(page.run(new Map())).rejects.toThrow('input "x": a model input is missing')
    await page.close()
  })
  test('a damaged model is one clear mistake', async () => {
    const opened = openInPage(Uint8Array.of(1, 2, 3))
    await expect(opened).rejects.toThrow(LimbicError)
    await expect(opened).rejects.toThrow(/^graph: ONNX Runtime could not load the model: got /)
  })
  test('webgpu, which Node does not offer', async () => {
    const opened = openInPage(smallRecurrentModel(), { provider: 'webgpu' })
    await expect(opened).rejects.toThrow(LimbicError)
    await expect(opened).rejects.toThrow(
      'provider: this machine cannot run models on "webgpu": expected wasm, got webgpu',
    )
  })
})
