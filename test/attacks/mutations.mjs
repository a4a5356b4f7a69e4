/**
 * Reads mutated files in a process of its own: `mutations.mjs READERS SEEDS OUT COUNT FIRST`. Each line of
 * output is one input before it is read, and one when it was; what is no LimbicError is a failure.
 */
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [built, seeds, out, count, first] = process.argv.slice(2)

const {
  answerLines,
  checkSample,
  cleanCorpus,
  inspectSafetensors,
  openComputationalSequence,
  openDataset,
  openNpy,
  openRawCorpus,
  openValues,
  openWordVectors,
  PickledArray,
  readBytes,
  readJson,
  readModelMetadata,
  readSafetensors,
  readYaml,
  runConfig,
  typeOf,
  validate,
  zeros,
} = await import(pathToFileURL(built).href)

const text = { name: 'text', width: 2, steps: { axis: 'steps' } }

/** A model that answers samples of words of two features. */
const model = {
  check: (value, where) => checkSample(value, [text], where),
  predictChecked: async (samples) => samples.map(({ id }) => ({ id, prediction: 0 })),
}

async function readDataset(path) {
  const dataset = await openDataset(path)
  try {
    for (const { features } of Object.values(dataset.splits)) {
      for (const feature of Object.values(features)) {
        const longest = feature.lengths.reduce((most, length) => Math.max(most, length), 0)
        const memory = zeros(typeOf(feature), longest * feature.width)
        for (let sample = 0; sample < feature.lengths.length; sample++)
          await feature.read(sample, memory, 0)
      }
    }
  } finally {
    dataset.close()
  }
}

/** Looks into every array of a file, whether or not a data set would use it, and takes it for one. */
async function readValues(path) {
  const file = await openValues(path)
  try {
    const rest = [file.root, ...file.more]
    while (rest.length > 0) {
      const value = rest.pop()
      if (value instanceof Map) rest.push(...value.values())
      else if (Array.isArray(value)) rest.push(...value)
      else if (value instanceof PickledArray) {
        const { content } = value
        if (content?.kind === 'objects') rest.push(...content.items)
        else if (content?.array.isText) content.array.toTexts()
        else content?.array.toNumbers()
      }
    }
  } finally {
    file.close()
  }
  read.values = (read.values ?? 0) + 1
  await readDataset(path)
}

/** By the ending of a seed; a folder is a data set, or a raw corpus. */
const readers = {
  pkl: readDataset,
  store: readDataset,
  ...Object.fromEntries(
    ['arff', 'csv', 'h5', 'joblib', 'mat', 'npz', 'packed', 'parquet', 'pt', 'values'].map(
      (kind) => [kind, readValues],
    ),
  ),
  raw: async (path) => void cleanCorpus(await openRawCorpus(path)),
  npy: async (path) => {
    const file = openNpy(path)
    try {
      if (file.array.isText) file.array.toTexts()
      else file.array.toNumbers()
    } finally {
      file.close()
    }
  },
  safetensors: async (path) => {
    inspectSafetensors(path)
    readSafetensors(path)
  },
  csd: async (path) => {
    const sequence = await openComputationalSequence(path)
    try {
      for (const entry of sequence.entries.values()) {
        if (sequence.kind === 'numbers') entry.features()
        else entry.words()
        entry.intervals()
      }
    } finally {
      sequence.close()
    }
  },
  glove: (path) => openWordVectors(path),
  yaml: async (path) => validate(runConfig, readYaml(path), path),
  json: async (path) => readJson(path),
  jsonl: async (path) => {
    const pieces = [readFileSync(path)]
    const { lines, failed } = await answerLines(
      model,
      pieces,
      path,
      { together: 64 },
      async () => {},
    )
    if (failed > lines) throw new Error('more lines failed than there are')
  },
  onnx: async (path) => void readModelMetadata(readBytes(path), path),
}

/** A generator of whole numbers below a bound, the same for the same seed (mulberry32). */
function generator(seed) {
  let state = seed | 0
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound)
  }
}

const extremes = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff]

/** Some changes of the kinds that break readers. */
const changes = [
  (bytes, random) => {
    bytes[random(bytes.length)] = random(256)
  },
  (bytes, random) => {
    bytes[random(bytes.length)] ^= 1 << random(8)
  },
  (bytes, random) => {
    if (bytes.length < 8) return
    const value = extremes[random(extremes.length)]
    const at = random(bytes.length - 8)
    if (random(2)) bytes.writeUInt32LE(value, at)
    else bytes.writeBigUInt64LE(random(2) ? BigInt(value) : 2n ** BigInt(random(64)), at)
  },
  (bytes, random) => bytes.subarray(0, random(bytes.length)),
  (bytes, random) => {
    const [from, to] = [random(bytes.length), random(bytes.length)].sort((a, b) => a - b)
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)])
  },
  (bytes, random) => {
    const at = random(bytes.length)
    const piece = bytes.subarray(at, at + 1 + random(64))
    const times = 1 + random(random(2) ? 4 : 4000)
    return Buffer.concat([bytes.subarray(0, at), ...Array(times).fill(piece), bytes.subarray(at)])
  },
  (bytes, random) => {
    const [from, to] = [random(bytes.length), random(bytes.length)]
    bytes.copy(bytes, to, from, Math.min(bytes.length, from + random(64)))
  },
  (bytes, random) => {
    // A digit of a text for another, or for many.
    const at = bytes.findIndex(
      (byte, place) => place > random(bytes.length) && byte >= 48 && byte <= 57,
    )
    if (at < 0) return
    const digits = Buffer.from('9'.repeat(1 + random(20)))
    return Buffer.concat([bytes.subarray(0, at), digits, bytes.subarray(at + 1)])
  },
]

/** Bytes after up to four changes; a fifth of them stay as they are, which shows that they can be read. */
function mutate(bytes, random) {
  let changed = Buffer.from(bytes)
  for (let times = random(5); times > 0; times--) {
    if (changed.length === 0) break
    changed = changes[random(changes.length)](changed, random) ?? changed
  }
  return changed
}

function makeInput(seed, place, random) {
  const from = join(seeds, seed)
  if (!statSync(from).isDirectory()) {
    writeFileSync(place, mutate(readFileSync(from), random))
    return
  }
  cpSync(from, place, { recursive: true })
  const names = readdirSync(place, { recursive: true })
    .filter((name) => statSync(join(place, name)).isFile())
    .sort()
  const name = join(place, names[random(names.length)])
  writeFileSync(name, mutate(readFileSync(name), random))
}

const kinds = Object.groupBy
  ? Object.groupBy(readdirSync(seeds).sort(), (name) => name.split('.').at(-1))
  : readdirSync(seeds)
      .sort()
      .reduce((groups, name) => {
        const kind = name.split('.').at(-1)
        groups[kind] = [...(groups[kind] ?? []), name]
        return groups
      }, {})
const names = Object.keys(kinds).sort()
mkdirSync(out, { recursive: true })
const milliseconds = ({ user, system }) => Math.round((user + system) / 1000)
const tell = (value) => process.stdout.write(`${JSON.stringify(value)}\n`)
const read = {}
for (let input = Number(first); input < Number(first) + Number(count); input++) {
  const random = generator(input)
  const kind = names[input % names.length]
  const seed = kinds[kind][random(kinds[kind].length)]
  const place = join(out, `${input}.${kind}`)
  makeInput(seed, place, random)
  tell({ input, seed, place })
  const begun = process.cpuUsage()
  let failure
  try {
    await readers[kind](place)
    read[kind] = (read[kind] ?? 0) + 1
  } catch (error) {
    if (error?.name !== 'LimbicError') failure = `${error?.stack}`
    else if (error.message.includes('\n')) failure = `several lines: ${error.message}`
    else if (error.message.length > 10_000)
      failure = `${error.message.length} characters of message`
  }
  if (failure === undefined) rmSync(place, { recursive: true, force: true })
  tell({
    input,
    seed,
    done: milliseconds(process.cpuUsage(begun)),
    ...(failure && { failure, place }),
  })
}
tell({ peak: process.resourceUsage().maxRSS * 1024, read })
