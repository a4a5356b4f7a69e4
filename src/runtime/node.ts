import * as ort from 'onnxruntime-node'
import {
  couldNotLoad,
  firstLine,
  lackingProvider,
  type Session,
  type SessionOptions,
  wrapSession,
} from './session.js'

// What goes wrong is thrown as well: ONNX Runtime need not also print it.
ort.env.logLevel = 'fatal'

/**
 * Loads an ONNX model in Node.
 *
 * @param model the model's bytes, or the path of its file
 * @throws LimbicError if the machine lacks the provider or the model is damaged
 */
export async function openSession(
  model: Uint8Array | string,
  options: SessionOptions = {},
): Promise<Session> {
  const { provider = 'cpu', threads, profile } = options
  const available = ort.listSupportedBackends().map(({ name }) => name)
  if (!available.includes(provider)) throw lackingProvider(provider, available)
  const settings: ort.InferenceSession.SessionOptions = {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    interOpNumThreads: 1,
    ...(threads && { intraOpNumThreads: threads }),
    ...(profile && { enableProfiling: true, profileFilePrefix: profile }),
    // Numbers below 1e-38 would make products a hundred times slower and mean nothing here.
    extra: { session: { set_denormal_as_zero: '1' } },
    logSeverityLevel: 3,
  }
  try {
    const inner =
      typeof model === 'string'
        ? await ort.InferenceSession.create(model, settings)
        : await ort.InferenceSession.create(model, settings)
    return wrapSession(inner, ort.Tensor)
  } catch (error) {
    // Whatever is not about the model is about the provider: drivers and libraries fail variously.
    if (provider !== 'cpu' && !/^(Failed to load|Load) model/.test(firstLine(error))) {
      throw lackingProvider(provider, ['cpu'], error)
    }
    throw couldNotLoad(typeof model === 'string' ? model : 'graph', error)
  }
}
