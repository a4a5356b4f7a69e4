import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { LimbicError } from '../src/base/errors.js'
import { type BenchmarkName, benchmarks, groups, isBenchmarkName } from './benchmarks.js'
import { type Contestant, startContestant } from './contestant.js'
import { ours } from './contestants.js'
import { findPython } from './python.js'
import { type Result, race } from './race.js'
import { describe, type Outcome, type Report } from './report.js'
import { type ChainName, chainFlops, chains, isChainName } from './roofline/products.js'
import { timeHelp } from './startup.js'
import { summarise } from './statistics.js'

const usage = `Usage: npm run bench -- [options]

  --only <names>    comma-separated: ${[...Object.keys(groups), ...Object.keys(benchmarks)].join(', ')}
  --rounds <count>  measured rounds of each benchmark (default 15; fewer only to try things out)
  --turn <ms>       how long a turn lasts, about (default 300)
  --threads <count> threads of each contestant (default 2)
  --json            print everything measured as JSON
  --help            print this`

const worker = fileURLToPath(new URL('worker.js', import.meta.url))
const repository = new URL('../../', import.meta.url)

interface Settings {
  readonly rounds: number
  /** Milliseconds. */
  readonly turn: number
  readonly threads: number
}

/** Starts all contestants of a benchmark and the roofline's products, races them, and closes them whatever happens. */
async function raceBenchmark(
  name: BenchmarkName,
  python: string,
  { rounds, turn, threads }: Settings,
): Promise<readonly Result[]> {
  const contestants: Contestant[] = []
  try {
    if (ours[name]) {
      contestants.push(await startContestant('Limbic', process.execPath, worker, name))
    }
    for (const peer of benchmarks[name].peers) {
      const script = fileURLToPath(new URL(`bench/peers/${peer.script}`, repository))
      const options = [...peer.arguments, `--threads=${threads}`]
      contestants.push(await startContestant(peer.name, python, script, ...options))
    }
    for (const chain of Object.keys(chains)) {
      contestants.push(await startContestant(chain, process.execPath, worker, chain))
    }
    return await race(contestants, { rounds, turn, seldom: isChainName })
  } finally {
    await Promise.all(contestants.map((contestant) => contestant.close()))
  }
}

async function runAll(names: readonly BenchmarkName[], settings: Settings): Promise<Report> {
  // Limbic's own side is told by the environment, PyTorch's by its arguments.
  process.env.BENCH_THREADS = String(settings.threads)
  const python = findPython()
  const outcomes: Outcome[] = []
  const rates = new Map<ChainName, number[]>()
  for (const name of names) {
    process.stderr.write(`${benchmarks[name].title} ...\n`)
    const results = await raceBenchmark(name, python, settings)
    for (const { name: chain, median } of results) {
      if (!isChainName(chain)) continue
      const rate = (chainFlops(chains[chain]) / median) * 1000
      rates.set(chain, [...(rates.get(chain) ?? []), rate])
    }
    const mine = results.find((result) => result.name === 'Limbic')
    outcomes.push({
      benchmark: name,
      flops: benchmarks[name].flops,
      ...(mine && { ours: mine }),
      peers: results.filter((result) => result !== mine && !isChainName(result.name)),
    })
  }
  const products = [...rates].map(([name, values]) => ({ name, rate: summarise(values).median }))
  const help = timeHelp(fileURLToPath(new URL('dist/cli/main.js', repository)), settings.rounds)
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: cpus()[0]?.model.trim() ?? 'unknown processor',
    threads: settings.threads,
    products,
    roofline: Math.max(...products.map(({ rate }) => rate)),
    outcomes,
    ...(help && { help }),
  }
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      rounds: { type: 'string', default: '15' },
      turn: { type: 'string', default: '300' },
      threads: { type: 'string', default: '2' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const asked = values.only?.split(',') ?? Object.keys(benchmarks)
  const names = asked.flatMap((name) => groups[name] ?? [name])
  const unknown = names.find((name) => !isBenchmarkName(name))
  if (unknown !== undefined) {
    throw new LimbicError('no such benchmark', {
      where: '--only',
      expected: `some of ${[...Object.keys(groups), ...Object.keys(benchmarks)].join(', ')}`,
      got: unknown,
    })
  }
  const settings = {
    rounds: positive('--rounds', values.rounds),
    turn: positive('--turn', values.turn),
    threads: positive('--threads', values.threads),
  }
  return { names: names.filter(isBenchmarkName), settings, json: values.json, help: values.help }
}

function positive(where: string, given: string): number {
  const count = Number(given)
  if (Number.isInteger(count) && count >= 1) return count
  throw new LimbicError('not a count', { where, expected: 'a positive integer', got: given })
}

function explain(error: unknown): string | undefined {
  if (error instanceof LimbicError) return error.message
  const badOption =
    error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  return badOption ? error.message : undefined
}

try {
  const options = readOptions()
  if (options.help) {
    console.log(usage)
  } else {
    const report = await runAll(options.names, options.settings)
    console.log(options.json ? JSON.stringify(report, null, 2) : describe(report))
  }
} catch (error) {
  const message = explain(error)
  if (message === undefined) throw error
  console.error(message)
  process.exitCode = 2
}
