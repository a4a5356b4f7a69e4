/** How long FE2E's dense and MESM's sparse feature extraction take, by share of the attention. */
import { Extraction, type ExtractionCase } from './extraction.js'

const threads = 2
const rounds = Number(process.argv[2] ?? 5)
const shares = (process.argv[3] ?? '0.1,0.3,0.5,0.7,1').split(',').map(Number)
const pictures = [
  { picture: 'face', count: 16 },
  { picture: 'chunk', count: 16 },
] as const

async function median(given: ExtractionCase): Promise<{ ms: number; active: number[] }> {
  const step = await Extraction.open(given, threads)
  const first = await step.run()
  const active = [0, 1, 2].flatMap((index) => {
    const mask = first.get(`active.${index}`)
    if (!mask) return []
    return [Array.from(mask.data, Number).reduce((a, b) => a + b, 0) / mask.data.length]
  })
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    await step.run()
    times.push(performance.now() - start)
  }
  await step.session.close()
  times.sort((a, b) => a - b)
  return { ms: times[Math.floor(times.length / 2)] ?? 0, active }
}

for (const mode of ['infer', 'train'] as const) {
  for (const { picture, count } of pictures) {
    const dense = await median({ picture, count, mode })
    process.stdout.write(`${mode} ${count} ${picture}s, dense: ${dense.ms.toFixed(1)} ms\n`)
    for (const share of shares) {
      const { ms, active } = await median({ picture, count, mode, share })
      const parts = active.map((part) => part.toFixed(2)).join(' / ')
      process.stdout.write(
        `  p = ${share}: ${ms.toFixed(1)} ms, ${(dense.ms / ms).toFixed(2)} times as fast; active ${parts}\n`,
      )
    }
  }
}
