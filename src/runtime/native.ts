/**
 * ONNX Runtime for Node. The package brings the CPU libraries (`vendor/`), because the npm package
 * downloads those for GPUs during installation, which fails behind a firewall. An
 * `onnxruntime-node` that the user installed beside Limbic takes precedence.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { firstLine, LimbicError } from '../base/errors.js'

/** The part of ONNX Runtime's package that is used here. */
export type NativeRuntime = typeof import('onnxruntime-common') & {
  listSupportedBackends(): readonly { readonly name: string }[]
}

const require = createRequire(import.meta.url)
const own = '../../vendor/onnxruntime-node'

let loaded: NativeRuntime | undefined

/**
 * ONNX Runtime, loaded on first use.
 *
 * @throws LimbicError if it cannot be loaded on this machine
 */
export function nativeRuntime(): NativeRuntime {
  loaded ??= load()
  return loaded
}

function load(): NativeRuntime {
  const failures: unknown[] = []
  for (const place of ['onnxruntime-node', own]) {
    const version = versionOf(place)
    if (version === undefined || (place !== own && !fits(version))) continue
    try {
      const runtime: NativeRuntime = require(place)
      // Errors are thrown anyway; ONNX Runtime need not print them too.
      runtime.env.logLevel = 'fatal'
      return runtime
    } catch (error) {
      failures.push(error)
    }
  }
  const cause = failures.at(-1)
  throw new LimbicError(
    'ONNX Runtime, which runs the models, could not be loaded',
    {
      where: `${process.platform} ${process.arch}`,
      expected: 'Linux with glibc 2.28 or later, or Windows, on x64 or arm64, or macOS on arm64',
      got: cause === undefined ? 'no onnxruntime-node' : firstLine(cause),
      hint: 'On these platforms: npm install onnxruntime-node --onnxruntime-node-install=skip',
    },
    { cause },
  )
}

/** The version of the ONNX Runtime package at a path, if there is one. */
function versionOf(place: string): string | undefined {
  try {
    const { version }: { version?: unknown } = JSON.parse(
      readFileSync(require.resolve(`${place}/package.json`), 'utf8'),
    )
    return String(version)
  } catch {
    return undefined
  }
}

/** Whether the project's own package is supported: 1.30 or later. */
function fits(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major === 1 && minor >= 30
}
