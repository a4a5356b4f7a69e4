/** Sessions in a page. */
import type { InferenceSession } from 'onnxruntime-common'
import { firstLine, LimbicError } from '../base/errors.js'
import type { Engine } from './engine.js'
import type { Session, SessionOptions } from './session.js'
import { couldNotLoad, lackingProvider, wrapSession } from './wrap.js'

/** The part of onnxruntime-web that is used here; each of its builds provides it. */
type WebRuntime = Pick<typeof import('onnxruntime-common'), 'env' | 'InferenceSession' | 'Tensor'>

export interface WebSessionOptions extends Pick<SessionOptions, 'threads'> {
  /** `wasm` runs anywhere, `webgpu` where the browser has WebGPU. Default: `wasm`. */
  readonly provider?: 'wasm' | 'webgpu'
  /**
   * The address of the folder with ONNX Runtime's `.wasm` files, or of the one file, if a bundler
   * moved them.
   */
  readonly assets?: string | { readonly wasm: string }
  /**
   * Loads another build of ONNX Runtime, which `webgpu` needs:
   * `() => import('onnxruntime-web/webgpu')`. A page bundles only what it names.
   * Default: `onnxruntime-web/wasm`.
   */
  readonly runtime?: () => Promise<object>
}

/**
 * Loads an ONNX model in a page, a worker, or (with `wasm`) in Node.
 *
 * Threads need a cross-origin isolated page; the first session of a page sets their number.
 *
 * @param model the model's bytes, or the address of its file
 * @throws LimbicError if the page lacks the provider or the model is damaged
 */
export async function openSession(
  model: Uint8Array | string,
  { provider = 'wasm', threads, assets, runtime }: WebSessionOptions = {},
): Promise<Session> {
  if (provider !== 'wasm' && !(provider === 'webgpu' && hasGraphicsProcessor())) {
    throw lackingProvider(provider, ['wasm'])
  }
  if (provider === 'webgpu' && runtime === undefined) {
    throw new LimbicError('this build of ONNX Runtime has no webgpu support', {
      where: 'provider',
      hint: "Give runtime: () => import('onnxruntime-web/webgpu')",
    })
  }
  const ort = await loadRuntime(runtime)
  if (threads !== undefined) ort.env.wasm.numThreads = threads
  if (assets !== undefined) ort.env.wasm.wasmPaths = assets
  const settings: InferenceSession.SessionOptions = {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  }
  try {
    const inner =
      typeof model === 'string'
        ? await ort.InferenceSession.create(model, settings)
        : await ort.InferenceSession.create(model, settings)
    return wrapSession(inner, ort.Tensor, false)
  } catch (error) {
    if (firstLine(error).startsWith('no available backend')) {
      throw lackingProvider(provider, provider === 'webgpu' ? ['wasm'] : [], error)
    }
    throw couldNotLoad(typeof model === 'string' ? model : 'graph', error)
  }
}

/**
 * The engine in a page: what opens sound programs, face detectors and other programs there.
 *
 *     const detector = await openFaceDetector(webEngine(), weights)
 *
 * @param options for all its sessions
 */
export function webEngine(options: WebSessionOptions = {}): Engine {
  return {
    open: (model, { threads } = {}) =>
      openSession(model, { ...(threads !== undefined && { threads }), ...options }),
  }
}

/** A build of ONNX Runtime: the one that was given, or the CPU build. */
async function loadRuntime(given?: () => Promise<object>): Promise<WebRuntime> {
  // `imports` in package.json chooses between the packages for Node and for a page.
  const load = given ?? (() => import('#onnxruntime-web'))
  const found = await load().catch((error: unknown) => {
    throw new LimbicError(
      'ONNX Runtime for web pages could not be loaded',
      { got: firstLine(error), hint: 'Install it next to Limbic: npm install onnxruntime-web' },
      { cause: error },
    )
  })
  if (isRuntime(found)) return found
  throw new LimbicError('the given runtime is not a build of onnxruntime-web', {
    where: 'runtime',
    hint: "Give runtime: () => import('onnxruntime-web/webgpu'), for example",
  })
}

function isRuntime(found: object): found is WebRuntime {
  return 'env' in found && 'InferenceSession' in found && 'Tensor' in found
}

function isNode(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: string } } }
  return process?.versions?.node !== undefined
}

function hasGraphicsProcessor(): boolean {
  const { navigator } = globalThis as { navigator?: object }
  return !isNode() && navigator !== undefined && 'gpu' in navigator
}
