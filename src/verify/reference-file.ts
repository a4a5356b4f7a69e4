/** A reference file of the golden layout, opened. */
import { LimbicError } from '../base/errors.js'
import { readSafetensors, type StoredTensor } from '../formats/safetensors/index.js'
import { type ReferenceMetadata, referenceMetadata } from '../models/published/reference-format.js'
import type { Value } from '../runtime/session.js'

/** The tensors of one reference file, by name. */
export class ReferenceFile {
  /** Its metadata; each value is checked when it is read. */
  readonly metadata: ReferenceMetadata

  private constructor(
    readonly path: string,
    readonly values: Readonly<Record<string, string>>,
    readonly tensors: ReadonlyMap<string, StoredTensor>,
  ) {
    this.metadata = referenceMetadata(values, path)
  }

  /** @throws LimbicError if it is not a safetensors file */
  static open(path: string): ReferenceFile {
    const { metadata, tensors } = readSafetensors(path)
    return new ReferenceFile(path, metadata, tensors)
  }

  has(name: string): boolean {
    return this.tensors.has(name)
  }

  /** @throws LimbicError if there is none */
  tensor(name: string): StoredTensor {
    const found = this.tensors.get(name)
    if (found) return found
    throw new LimbicError(`the file lacks the tensor "${name}"`, { where: this.path })
  }

  /** @throws LimbicError if there is none, or it is of another type */
  floats(name: string): Float32Array {
    const { data } = this.tensor(name)
    if (data instanceof Float32Array) return data
    throw new LimbicError(`the tensor "${name}" must be float32`, { where: this.path })
  }

  /** The names that start with a prefix, without it. */
  namesUnder(prefix: string): string[] {
    return [...this.tensors.keys()]
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length))
  }
}

/** A stored tensor as an input of a session. */
export function asValue({ dtype, shape, data }: StoredTensor): Value {
  return { dataType: dtype, shape, data }
}
