/**
 * How fast the studio answers live, and whether its memory stays flat: headless Chromium with a fake camera and
 * microphone, for some minutes. Without a clip they show a test picture and noise, in which there is no face
 * to read: name one with a face and a voice for the figures of a person.
 *
 *     npm run bench:studio-live -- 10 clip.mp4
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { describeFields } from '../../src/cli/commands/studio.js'
import { startStudio } from '../../src/studio/server/start.js'
import { browserPath } from '../../test/support/browser.js'
import { runFfmpeg } from '../../test/support/clips.js'

const [, , given = '1', clip] = process.argv
const minutes = Number(given)
if (!(minutes > 0)) throw new Error('the first argument is a number of minutes')
const home = mkdtempSync(join(tmpdir(), 'limbic-live-'))
const [camera, microphone] = [join(home, 'camera.y4m'), join(home, 'microphone.wav')]
/** Seconds from one line of the report to the next. */
const period = 30

/** What the page measures: when frames were sent, and answered. */
interface Measured {
  sent: [time: number, at: number][]
  delays: [at: number, delay: number][]
}

declare global {
  interface Window {
    measured: Measured
  }
}

function makeDevices(): void {
  const picture = clip === undefined ? ['-f', 'lavfi', '-i', 'testsrc2=r=25:d=10'] : ['-i', clip]
  const size = ['-vf', 'scale=640:480', '-r', '25', '-pix_fmt', 'yuv420p', '-an']
  runFfmpeg(...picture, ...size, camera)
  const noise = 'aevalsrc=0.4*(random(0)-0.5)*(1+sin(4*PI*t)):s=44100:d=10'
  const sound = clip === undefined ? ['-f', 'lavfi', '-i', noise] : ['-i', clip, '-vn']
  runFfmpeg(...sound, microphone)
}

/** Runs in the page before its own scripts. */
function measure(): void {
  window.measured = { sent: [], delays: [] }
  const post = Worker.prototype.postMessage
  const known = new WeakSet<Worker>()
  Worker.prototype.postMessage = function (this: Worker, message: unknown) {
    const { measured } = window
    if (!known.has(this)) {
      known.add(this)
      this.addEventListener('message', ({ data }) => {
        if (data.kind !== 'answer') return
        const now = performance.now()
        const sent = measured.sent.findLast(([time]) => time === data.answer.time)
        if (sent) measured.delays.push([now, now - sent[1]])
        measured.sent = measured.sent.filter(([time]) => time > data.answer.time)
      })
    }
    const { frame } = message as { frame?: { time: number } }
    if (frame) measured.sent.push([frame.time, performance.now()])
    post.call(this, message)
  }
}

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((one, other) => one - other)[Math.floor(share * (values.length - 1))] ??
  Number.NaN

try {
  makeDevices()
  const studio = await startStudio({
    ...{ folder: join(home, 'runs'), name: 'runs', data: [], port: 0, fieldsOf: describeFields },
  })
  const browser = await chromium.launch({
    executablePath: browserPath,
    args: [
      ...['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
      ...['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
      `--use-file-for-fake-video-capture=${camera}`,
      `--use-file-for-fake-audio-capture=${microphone}`,
    ],
  })
  try {
    const page = await browser.newPage()
    await page.addInitScript(measure)
    await page.goto(studio.address)
    await page.getByRole('button', { name: 'Use camera and microphone' }).click()
    await page.locator('.now').waitFor()
    console.log(`Chromium ${browser.version()}, ${clip ?? 'a test picture and noise'}`)
    const begun = performance.now()
    let elapsed = 0
    while (elapsed < 60 * minutes) {
      const wait = Math.min(period, 60 * minutes - elapsed)
      await page.waitForTimeout(1000 * wait)
      elapsed = (performance.now() - begun) / 1000
      const { delays, bytes } = await page.evaluate(async () => {
        const { delays } = window.measured
        window.measured.delays = []
        const measurer: unknown = Reflect.get(performance, 'measureUserAgentSpecificMemory')
        const told: unknown =
          typeof measurer === 'function' ? await measurer.call(performance) : undefined
        const bytes: unknown =
          typeof told === 'object' && told !== null ? Reflect.get(told, 'bytes') : undefined
        return { delays, bytes: typeof bytes === 'number' ? bytes : Number.NaN }
      })
      const times = delays.map(([, delay]) => delay)
      const [first = 0, last = 0] = [delays[0]?.[0], delays.at(-1)?.[0]]
      const rate = (1000 * (delays.length - 1)) / (last - first)
      console.log(
        [
          `${elapsed.toFixed(0).padStart(5)} s`,
          `${rate.toFixed(1)} answers a second`,
          `${quantile(times, 0.5).toFixed(0)} ms (95 %: ${quantile(times, 0.95).toFixed(0)} ms) after their frames`,
          `${(bytes / 1e6).toFixed(1)} MB`,
        ].join(', '),
      )
    }
  } finally {
    await browser.close()
    await studio.close()
  }
} finally {
  rmSync(home, { recursive: true, force: true })
}
