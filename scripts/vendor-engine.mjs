/**
 * Puts into `vendor/` what the package brings of ONNX Runtime: its binding and its libraries for
 * processors, without the script that fetches others while it is installed (see `src/runtime/native.ts`).
 * Runs before the package is packed.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'

/** Of each platform the files that a processor needs; the rest is for graphics cards, or a copy. */
const libraries = {
  'linux/x64': 'libonnxruntime.so.1',
  'linux/arm64': 'libonnxruntime.so.1',
  'darwin/arm64': 'libonnxruntime.1.dylib',
  'win32/x64': 'onnxruntime.dll',
  'win32/arm64': 'onnxruntime.dll',
}

const root = resolve(import.meta.dirname, '..')
const require = createRequire(import.meta.url)
const source = dirname(require.resolve('onnxruntime-node/package.json'))
const target = join(root, 'vendor/onnxruntime-node')
const json = (path) => JSON.parse(readFileSync(path, 'utf8'))
const { name, version, license, main } = json(join(source, 'package.json'))

const common = json(join(root, 'package.json')).dependencies['onnxruntime-common']
if (common !== version) {
  throw new Error(`onnxruntime-node is ${version}, onnxruntime-common ${common}: they must be one`)
}

rmSync(target, { recursive: true, force: true })
mkdirSync(join(target, 'dist'), { recursive: true })
for (const file of readdirSync(join(source, 'dist')).filter((file) => file.endsWith('.js'))) {
  cpSync(join(source, 'dist', file), join(target, 'dist', file))
}
for (const [platform, library] of Object.entries(libraries)) {
  for (const file of [library, 'onnxruntime_binding.node']) {
    const path = join('bin/napi-v6', platform, file)
    cpSync(join(source, path), join(target, path))
  }
}
writeFileSync(
  join(target, 'package.json'),
  `${JSON.stringify({ name, version, license, main, type: 'commonjs', private: true }, null, 2)}\n`,
)
writeFileSync(join(target, 'LICENSE'), licence())

/** ONNX Runtime's licence, which its package names but does not hold. */
function licence() {
  return `MIT License

Copyright (c) Microsoft Corporation

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`
}
