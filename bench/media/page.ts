/**
 * Memory of a page that recognises a recording, in headless Chromium: the resident memory of its renderer, sampled
 * every five seconds, and that of all of its processes at its peak.
 *
 *     node dist-bench/bench/media/page.js FILE
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { calls } from '../../test/media/page/site/main.js'
import { serveSite } from '../../test/support/browser.js'

declare const window: { readonly calls: typeof calls }

const [file = ''] = process.argv.slice(2)
const root = join(import.meta.dirname, '../../..')

interface Process {
  readonly id: number
  readonly parent: number
  readonly isRenderer: boolean
  /** MiB. */
  readonly resident: number
}

function processes(): Process[] {
  return readdirSync('/proc').flatMap((entry) => {
    try {
      const status = readFileSync(`/proc/${entry}/status`, 'utf8')
      const number = (name: string) =>
        Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
      const isRenderer = readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes('--type=renderer')
      return [
        { id: Number(entry), parent: number('PPid'), isRenderer, resident: number('VmRSS') / 1024 },
      ]
    } catch {
      return []
    }
  })
}

function ownDescendants(): Process[] {
  const all = processes()
  const within = new Set([process.pid])
  for (let before = 0; before < within.size; ) {
    before = within.size
    for (const { id, parent } of all) if (within.has(parent)) within.add(id)
  }
  return all.filter(({ id }) => id !== process.pid && within.has(id))
}

const folder = mkdtempSync(join(tmpdir(), 'limbic-page-'))
const files = join(folder, 'files')
cpSync(file, join(files, basename(file)))
for (const name of ['mtcnn.safetensors', 'face-expression.safetensors', 'starter-voice.onnx']) {
  cpSync(join(root, 'assets', name), join(files, name))
}
const site = await serveSite(join(root, 'test/media/page/site'), files, join(folder, 'site'))
const { page } = await site.open()
page.setDefaultTimeout(0)

interface Sample {
  readonly seconds: number
  /** MiB: of the largest renderer, and of all processes of the browser. */
  readonly renderer: number
  readonly all: number
}

const samples: Sample[] = []
const started = performance.now()
const elapsed = () => (performance.now() - started) / 1000
const most = (sizes: readonly number[]) => Math.max(0, ...sizes)

function sample(): void {
  const own = ownDescendants()
  const renderers = own.filter(({ isRenderer }) => isRenderer)
  const all = own.reduce((total, { resident }) => total + resident, 0)
  const renderer = most(renderers.map(({ resident }) => resident))
  samples.push({ seconds: elapsed(), renderer, all })
}

const describe = (some: readonly Sample[]) =>
  `renderer ${most(some.map(({ renderer }) => renderer)).toFixed(0)} MiB, ` +
  `all processes ${most(some.map(({ all }) => all)).toFixed(0)} MiB`

const timer = setInterval(sample, 5000)
sample()
const recognition = await page.evaluate((name) => window.calls.recognise(name), basename(file))
sample()
clearInterval(timer)
const seconds = elapsed()
const { duration, timeline, remarks } = recognition
console.log(`${basename(file)}: ${duration.toFixed(0)} s in ${seconds.toFixed(0)} s`)
console.log(`${timeline.length} moments; ${remarks.join('; ')}`)
console.log(`peak: ${describe(samples)}`)
for (let tenth = 0; tenth < 10; tenth++) {
  const part = samples.filter((one) => Math.floor((10 * one.seconds) / (seconds + 1)) === tenth)
  if (part.length > 0) console.log(`from ${tenth}0 % on: ${describe(part)}`)
}
await site[Symbol.asyncDispose]()
rmSync(folder, { recursive: true })
