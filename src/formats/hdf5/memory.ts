/** Bounds the memory of the library that reads HDF5: damaged files claim blocks of gigabytes. */
import type { Module } from 'h5wasm/node'
import { limit } from '../../disk/limits.js'

/** The library's own memory: static data, caches, and chunks being decompressed. */
const own = 2 ** 27
const pageBytes = 2 ** 16

/** The part of WebAssembly used here, which Node's types lack. */
interface WasmMemory {
  readonly buffer: ArrayBufferLike
  grow(pages: number): number
}
declare const WebAssembly: { readonly Memory: { readonly prototype: WasmMemory } }

/** Names and descriptions take no more at once, however many there are. */
export const fewBytes = 2 ** 26

let bounded: typeof Module | undefined
let most = Number.POSITIVE_INFINITY

/**
 * Runs a step of the library, which may allocate this much more memory than it has, and no more.
 * WebAssembly never returns memory.
 */
export function withRoom<Result>(bytes: number, step: () => Result): Result {
  const before = most
  most = Math.max(own, bounded?.HEAPU8.byteLength ?? 0) + bytes
  try {
    return step()
  } finally {
    most = before
  }
}

/**
 * Makes the library refuse to grow beyond what a step may allocate (see `withRoom`), and beyond the
 * memory limit: a refused allocation is reported as an error of the file.
 */
export function boundMemory(library: typeof Module): void {
  if (bounded === undefined) watchGrowth()
  bounded = library
}

function watchGrowth(): void {
  const { prototype } = WebAssembly.Memory
  const grow = prototype.grow
  prototype.grow = function (this: WasmMemory, pages: number): number {
    const wanted = this.buffer.byteLength + pages * pageBytes
    if (this.buffer === bounded?.HEAPU8.buffer && wanted > Math.min(most, limit('memory') + own)) {
      throw new RangeError('beyond the limit of memory')
    }
    return grow.call(this, pages)
  }
}

/** The lines that the library prints for errors that it also throws. */
const said =
  /^(growMemory:|Cannot enlarge memory|Failed to grow the heap|bad_alloc|Aborted\(|warning: Invalid UTF-8)/

/** Loads the library with these lines kept off standard error. */
export async function withoutItsLines<Result>(load: () => Promise<Result>): Promise<Result> {
  const { error } = console
  console.error = (...all: unknown[]) => {
    if (!said.test(String(all[0]))) error.apply(console, all)
  }
  try {
    return await load()
  } finally {
    console.error = error
  }
}
