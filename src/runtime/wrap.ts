/** Wraps ONNX Runtime in our own interface: sessions, and one-line errors. */
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-common'
import { firstLine, LimbicError } from '../base/errors.js'
import type { DataType } from '../graph/shape/shape.js'
import type { Provider, Session, Value } from './session.js'

/**
 * Wraps an ONNX Runtime session, the same in Node and in a page.
 *
 * @param Tensor the tensor class of the package that made the session: it accepts no other
 * @param writesInto whether it writes outputs to memory that it is given; the runtime of pages leaves that as it was
 */
export function wrapSession(
  inner: InferenceSession,
  Tensor: typeof OrtTensor,
  writesInto = true,
): Session {
  const tensors = new WeakMap<Value, OrtTensor>()
  const toOrt = (value: Value, where: string): OrtTensor => {
    let tensor = tensors.get(value)
    if (tensor === undefined) {
      try {
        tensor = new Tensor(value.dataType, value.data as Float32Array, value.shape)
      } catch (error) {
        throw new LimbicError(
          'the data of a tensor does not match its shape',
          { where, got: firstLine(error) },
          { cause: error },
        )
      }
      tensors.set(value, tensor)
    }
    return tensor
  }
  return {
    inputNames: inner.inputNames,
    outputNames: inner.outputNames,
    async run(feeds, into = new Map(), wanted = inner.outputNames) {
      const inputs: Record<string, OrtTensor> = {}
      for (const name of inner.inputNames) {
        const value = feeds.get(name)
        if (!value) {
          throw new LimbicError('a model input is missing', {
            where: `input "${name}"`,
            got: [...feeds.keys()].join(', ') || 'none',
          })
        }
        inputs[name] = toOrt(value, `input "${name}"`)
      }
      const fetches: Record<string, OrtTensor | null> = {}
      for (const name of [...wanted, ...into.keys()]) {
        if (!inner.outputNames.includes(name)) {
          throw new LimbicError('the model has no such output', {
            where: `output "${name}"`,
            expected: inner.outputNames.join(' or '),
          })
        }
        fetches[name] = null
      }
      for (const [name, value] of into) {
        fetches[name] = writesInto ? toOrt(value, `output "${name}"`) : null
      }
      const results = await inner
        .run(inputs, fetches)
        .catch((error: unknown) => Promise.reject(explain(error)))
      return new Map(
        Object.entries(results).map(([name, tensor]) => {
          const given = into.get(name)
          if (!given) return [name, fromOrt(tensor)]
          if (!writesInto) copyInto(given, fromOrt(tensor), name)
          return [name, given]
        }),
      )
    },
    close: () => inner.release(),
  }
}

/** @throws LimbicError if they are not of one type and size */
function copyInto(target: Value, { dataType, shape, data }: Value, name: string): void {
  if (target.dataType === dataType && target.data.length === data.length) {
    // Of one type, as was just found.
    ;(target.data as Float32Array).set(data as Float32Array)
    return
  }
  throw new LimbicError('the memory for an output does not fit', {
    where: `output "${name}"`,
    expected: `${dataType} [${shape.join(', ')}]`,
    got: `${target.dataType} [${target.shape.join(', ')}]`,
  })
}

function fromOrt(tensor: OrtTensor): Value {
  return {
    dataType: tensor.type as DataType,
    shape: tensor.dims,
    data: tensor.data as Value['data'],
  }
}

function explain(error: unknown): unknown {
  if (error instanceof LimbicError) return error
  return new LimbicError(
    'ONNX Runtime failed to run the model',
    { got: firstLine(error) },
    { cause: error },
  )
}

/** One clear sentence for a missing execution provider. */
export function lackingProvider(
  provider: Provider,
  available: readonly string[],
  cause?: unknown,
): LimbicError {
  return new LimbicError(
    `this machine cannot run models on "${provider}"`,
    {
      where: 'provider',
      expected: available.join(' or '),
      got: cause === undefined ? provider : firstLine(cause),
      hint: 'Choose another provider, or install what it needs',
    },
    { cause },
  )
}

/** One clear sentence for a model that ONNX Runtime rejects. */
export function couldNotLoad(where: string, cause: unknown): LimbicError {
  return new LimbicError(
    'ONNX Runtime could not load the model',
    { where, got: firstLine(cause) },
    { cause },
  )
}
