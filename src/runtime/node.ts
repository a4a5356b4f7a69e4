/** Sessions in Node. */

import type { InferenceSession } from 'onnxruntime-common'
import { firstLine } from '../base/errors.js'
import { nativeRuntime } from './native.js'
import type { Session, SessionOptions } from './session.js'
import { couldNotLoad, lackingProvider, wrapSession } from './wrap.js'

/** The engine in Node. */
export const nodeEngine = { open: openSession }

/**
 * Loads an ONNX model in Node.
 *
 * @param model the model's bytes, or the path of its file
 * @throws LimbicError if the machine lacks ONNX Runtime or the provider, or the model is damaged
 */
export async function openSession(
  model: Uint8Array | string,
  options: SessionOptions = {},
): Promise<Session> {
  const { provider = 'cpu', threads, spinning = true, profile } = options
  const ort = nativeRuntime()
  const available = ort.listSupportedBackends().map(({ name }) => name)
  if (!available.includes(provider)) throw lackingProvider(provider, available)
  const settings: InferenceSession.SessionOptions = {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    // A plan of all memory, kept for every shape, takes a quarter to a third more and saves no time.
    enableMemPattern: false,
    interOpNumThreads: 1,
    ...(threads && { intraOpNumThreads: threads }),
    ...(profile && { enableProfiling: true, profileFilePrefix: profile }),
    // Subnormal numbers would make products a hundred times slower and mean nothing here.
    extra: {
      session: {
        set_denormal_as_zero: '1',
        ...(!spinning && { intra_op: { allow_spinning: '0' } }),
      },
    },
    logSeverityLevel: 3,
  }
  try {
    const inner =
      typeof model === 'string'
        ? await ort.InferenceSession.create(model, settings)
        : await ort.InferenceSession.create(model, settings)
    return wrapSession(inner, ort.Tensor)
  } catch (error) {
    // What is not about the model is about the provider: drivers and libraries fail in many ways.
    if (provider !== 'cpu' && !/^(Failed to load|Load) model/.test(firstLine(error))) {
      throw lackingProvider(provider, ['cpu'], error)
    }
    throw couldNotLoad(typeof model === 'string' ? model : 'graph', error)
  }
}
