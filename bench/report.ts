import { type BenchmarkName, benchmarks } from './benchmarks.js'
import type { Result } from './race.js'
import type { Summary } from './statistics.js'
import { mebibytes, milliseconds, table } from './table.js'

/** One benchmark's outcome. `ours` is absent where Limbic has no entry. */
export interface Outcome {
  readonly benchmark: BenchmarkName
  readonly flops: number
  readonly ours?: Result
  readonly peers: readonly Result[]
}

/** Everything that one run of the harness measured. */
export interface Report {
  readonly date: string
  readonly machine: string
  readonly threads: number
  /** Rates of the products tried, in FLOP/s at the median time; the best is the roofline. */
  readonly products: readonly { readonly name: string; readonly rate: number }[]
  readonly roofline: number
  readonly outcomes: readonly Outcome[]
  readonly help?: Summary
}

const missing = '-'

function spread(result: Summary | undefined): string {
  if (!result) return missing
  const { median, lowerQuartile, upperQuartile } = result
  return `${milliseconds(median)} (${milliseconds(lowerQuartile)}-${milliseconds(upperQuartile)})`
}

/** The report as text: what ran where, one row a benchmark and peer, and the start-up times. */
export function describe(report: Report): string {
  const rows = report.outcomes.flatMap(({ benchmark, flops, ours, peers }) => {
    const bound = (flops / report.roofline) * 1000
    return peers.map((peer) => [
      benchmarks[benchmark].title,
      peer.name,
      spread(ours),
      spread(peer),
      ours ? (ours.median / peer.median).toFixed(2) : missing,
      milliseconds(bound),
      ours ? (ours.median / bound).toFixed(2) : missing,
      (peer.median / bound).toFixed(2),
      ours ? mebibytes(ours.peakMemory) : missing,
      mebibytes(peer.peakMemory),
    ])
  })
  const header = [
    'step',
    'peer',
    'Limbic, ms',
    'peer, ms',
    'Limbic / peer',
    'roofline, ms',
    'Limbic / roofline',
    'peer / roofline',
    'Limbic peak, MiB',
    'peer peak, MiB',
  ]
  const products = report.products.map(
    ({ name, rate }) => `${name} ${(rate / 1e9).toFixed(0)} GFLOP/s`,
  )
  const builds = report.outcomes.flatMap(({ benchmark, ours }) =>
    ours ? [`Building and loading ${benchmark}: ${milliseconds(ours.buildTime)} ms`] : [],
  )
  return [
    `${report.date}, ${report.machine}, ${report.threads} threads; medians (quartiles)`,
    `Roofline: ${products.join(', ')}`,
    '',
    table(header, rows),
    '',
    ...builds,
    ...(report.help ? [`limbic --help: ${spread(report.help)} ms`] : []),
  ].join('\n')
}
