/** The page of the WebGPU tests: answers samples by models beside it. */
import { loadModel, type WebLoadOptions } from '../../../src/web.js'

const options: Readonly<Record<'wasm' | 'webgpu', WebLoadOptions>> = {
  wasm: {},
  webgpu: { provider: 'webgpu', runtime: () => import('onnxruntime-web/webgpu') },
}

export const calls = {
  /** The name of the adapter; empty where the browser has none. */
  async adapter(): Promise<string> {
    const { gpu } = navigator as unknown as {
      gpu?: { requestAdapter(): Promise<{ info: { architecture: string } } | null> }
    }
    return (await gpu?.requestAdapter())?.info.architecture ?? ''
  },
  /** The answers to samples, which come as JSON. */
  async predict(file: string, provider: 'wasm' | 'webgpu', samples: string) {
    const model = await loadModel(`./${file}`, options[provider])
    const answers = await model.predict(JSON.parse(samples))
    await model.close()
    return answers.map(({ prediction }) => prediction)
  },
}

Object.assign(globalThis, { calls })
