import type * as Ort from 'onnxruntime-web'
import {
  couldNotLoad,
  firstLine,
  lackingProvider,
  type Session,
  type SessionOptions,
  wrapSession,
} from './session.js'

export interface WebSessionOptions extends Pick<SessionOptions, 'threads'> {
  /** `wasm` runs anywhere, `webgpu` where the browser offers a graphics processor. Default: `wasm`. */
  readonly provider?: 'wasm' | 'webgpu'
  /** The address of the folder that holds ONNX Runtime's `.wasm` files, where a bundler moved them. */
  readonly assets?: string
}

/**
 * Loads an ONNX model in a page, a worker, or (with `wasm`) in Node.
 *
 * Threads need a page that is isolated across origins, and are set by the first session of a page.
 *
 * @param model the model's bytes, or the address of its file
 * @throws LimbicError if the page lacks the provider or the model is damaged
 */
export async function openSession(
  model: Uint8Array | string,
  { provider = 'wasm', threads, assets }: WebSessionOptions = {},
): Promise<Session> {
  if (provider !== 'wasm' && !(provider === 'webgpu' && hasGraphicsProcessor())) {
    throw lackingProvider(provider, ['wasm'])
  }
  const ort = await loadRuntime(provider)
  if (threads !== undefined) ort.env.wasm.numThreads = threads
  if (assets !== undefined) ort.env.wasm.wasmPaths = assets
  const settings: Ort.InferenceSession.SessionOptions = {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  }
  try {
    const inner =
      typeof model === 'string'
        ? await ort.InferenceSession.create(model, settings)
        : await ort.InferenceSession.create(model, settings)
    return wrapSession(inner, ort.Tensor)
  } catch (error) {
    if (firstLine(error).startsWith('no available backend')) {
      throw lackingProvider(provider, provider === 'webgpu' ? ['wasm'] : [], error)
    }
    throw couldNotLoad(typeof model === 'string' ? model : 'graph', error)
  }
}

/** Each build carries the one provider that is wanted: the files differ by more than ten megabytes. */
function loadRuntime(provider: 'wasm' | 'webgpu'): Promise<typeof Ort> {
  if (provider === 'webgpu') return import('onnxruntime-web/webgpu')
  // The build for Node goes by the plain name alone.
  return isNode() ? import('onnxruntime-web') : import('onnxruntime-web/wasm')
}

function isNode(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: string } } }
  return process?.versions?.node !== undefined
}

function hasGraphicsProcessor(): boolean {
  const { navigator } = globalThis as { navigator?: object }
  return !isNode() && navigator !== undefined && 'gpu' in navigator
}
