/** Limbic's side of the race over sound: all clips of a folder, one after another, in each step. */
import { createInterface } from 'node:readline'
import { openSoundProgram, soundPresets } from '../../src/media/sound/index.js'
import { nodeEngine } from '../../src/runtime/node.js'
import { rate, readClips } from './clips.js'

const [folder = '', only = 'mfcc,mel'] = process.argv.slice(2)
const peak = () => process.resourceUsage().maxRSS * 1024
const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`)

const resting = peak()
const start = performance.now()
const clips = readClips(folder)
const settings = { mfcc: soundPresets.mfcc(rate), mel: soundPresets.mel(rate) }
const features = Object.fromEntries(
  Object.entries(settings).filter(([name]) => only.split(',').includes(name)),
)
const program = await openSoundProgram(nodeEngine, { rate, features }, { session: { threads: 1 } })
say({ ready: true, resting_bytes: resting, build_ms: performance.now() - start })

for await (const line of createInterface({ input: process.stdin })) {
  const steps = Number(JSON.parse(line).run)
  const begin = performance.now()
  for (let done = 0; done < steps; done++) {
    for (const samples of clips) await program.extract({ samples, rate })
  }
  say({ ms: (performance.now() - begin) / steps, peak_bytes: peak() })
}
