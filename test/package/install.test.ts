/** The package as somebody gets it: packed, installed into an empty project, compiled against, and run. */
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { temporaryPaths } from '../support/folders.js'

const root = resolve(import.meta.dirname, '../..')
const at = temporaryPaths()
const project = at('project')
const compiler = join(
  dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin/tsc',
)

/** The environment of a shell in which no npm script runs: nothing of our own settings reaches npm. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) =>
      !/^npm_(package|lifecycle|command)|^npm_config_local|onnxruntime|^NODE_ENV$/i.test(name),
  ),
)

function run(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    ...{ cwd, env: environment, encoding: 'utf8', timeout: 200_000 },
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${status}\n${stdout}\n${stderr}`)
  return stdout
}

/** Whether packages can be had at all. */
function registryAnswers(): boolean {
  const { status } = spawnSync('npm', ['ping', '--fetch-retries=0', '--fetch-timeout=10000'], {
    ...{ cwd: root, env: environment, timeout: 20_000, stdio: 'ignore' },
    shell: process.platform === 'win32',
  })
  return status === 0
}

const installed = z.object({
  packages: z.record(z.string(), z.object({ hasInstallScript: z.boolean().optional() })),
})

describe.skipIf(!registryAnswers())('the packed package, where a registry can be reached', () => {
  beforeAll(() => {
    // A copy, so that packing, which builds anew, takes nothing away from other tests.
    const clone = at('clone')
    const left = new Set(['node_modules', 'dist', 'dist-bench', 'vendor', 'runs', '.git', '.venv'])
    cpSync(root, clone, {
      recursive: true,
      filter: (path) => !left.has(relative(root, path).split(sep)[0] ?? ''),
    })
    symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'), 'junction')
    run(clone, 'npm', 'pack', '--pack-destination', at())
    const tarball = readdirSync(at()).find((name) => name.endsWith('.tgz')) ?? 'no tarball'
    cpSync(join(import.meta.dirname, 'consumer'), project, { recursive: true })
    writeFileSync(
      join(project, 'package.json'),
      JSON.stringify({ name: 'project', private: true, type: 'module' }),
    )
    run(project, 'npm', 'install', '--prefer-offline', at(tarball), '@types/node')
  })

  test('installs few packages, and nothing that runs or fetches anything meanwhile', () => {
    const { packages } = installed.parse(
      JSON.parse(readFileSync(join(project, 'node_modules/.package-lock.json'), 'utf8')),
    )
    const names = Object.keys(packages).map((path) => path.replace('node_modules/', ''))
    // Limbic itself and the two of @types/node are among them.
    expect(names.length).toBeLessThan(122)
    expect(names.filter((name) => /^onnxruntime-(node|web)$/.test(name))).toEqual([])
    const scripts = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript)
    expect(scripts.map(([path]) => path)).toEqual([])
  })

  test('brings what it needs and nothing of its workshop', () => {
    const files = readdirSync(join(project, 'node_modules/limbic')).sort()
    expect(files).toEqual([
      ...['ARCHITECTURE.md', 'LICENSE', 'README.md', 'assets', 'dist', 'docs', 'examples'],
      ...['experiments', 'package.json', 'vendor'],
    ])
  })

  test('a strict program compiles against it, without the DOM and with all declarations checked', () => {
    expect(run(project, process.execPath, compiler, '-p', '.')).toBe('')
  })

  test('the program trains, loads and predicts', () => {
    run(project, process.execPath, compiler, '-p', '.', '--noCheck')
    const told: unknown = JSON.parse(run(project, process.execPath, 'program.js'))
    expect(told).toEqual({
      version: '0.1.0',
      state: 'complete',
      epochs: 1,
      answers: 1,
      compared: 1,
      outputs: 1,
      mistake: expect.stringMatching(/^nowhere: /),
      faces: true,
    })
  })

  test('a program of CommonJS can require it', () => {
    writeFileSync(join(project, 'old.cjs'), "console.log(typeof require('limbic').loadModel)")
    expect(run(project, process.execPath, 'old.cjs').trim()).toBe('function')
  })

  test('the command line runs', () => {
    expect(run(project, 'npx', 'limbic', '--version').trim()).toBe('0.1.0')
  })

  test("without the page's runtime, a page is told what to install", () => {
    writeFileSync(
      join(project, 'page.mjs'),
      `import { openSession } from 'limbic/web'
       await openSession(new Uint8Array(3)).catch((error) => console.log(error.message))`,
    )
    expect(run(project, process.execPath, 'page.mjs')).toContain('npm install onnxruntime-web')
  })

  test('a machine without a build of ONNX Runtime is told so in one line', () => {
    const bin = join(project, 'node_modules/limbic/vendor/onnxruntime-node/bin')
    const kept = at('bin')
    cpSync(bin, kept, { recursive: true })
    rmSync(bin, { recursive: true })
    mkdirSync(bin)
    try {
      writeFileSync(
        join(project, 'lacking.mjs'),
        "import { loadModel } from 'limbic'\nawait loadModel('run').catch((e) => console.log(e.message))",
      )
      const lines = run(project, process.execPath, 'lacking.mjs').trim().split('\n')
      expect(lines).toEqual([expect.stringContaining('npm install onnxruntime-node')])
    } finally {
      cpSync(kept, bin, { recursive: true })
    }
  })
})
