/** Floating-point operations of the quoted systems and FE2E at the sizes of their benchmarks; see `../flops.ts`. */
import { attentionProducts, linear, lstm, sum, times, type Work } from '../flops.js'

/** Work that only training does. */
function inTraining({ training }: Work): Work {
  return { forward: 0, training }
}

/** Linear layers of these widths, one after the other. */
function perceptron(rows: number, widths: readonly number[], inputGradient = true): Work {
  return sum(
    ...widths
      .slice(1)
      .map((units, place) => linear(rows, widths[place] ?? 0, units, place > 0 || inputGradient)),
  )
}

/** An LSTM in one direction. */
function oneWay(batch: number, time: number, inputs: number, units: number, gradient: boolean) {
  return lstm({ batch, time, inputs, units, directions: 1 }, gradient)
}

/** The recurrent part alone of a network with this many numbers for each unit at each step. */
function carried(batch: number, time: number, inputs: number, units: number): Work {
  return sum(linear(batch, inputs, units, false), linear(batch * (time - 1), inputs, units))
}

/** A transformer layer of width `width`, queries over keys. */
function layer(batch: number, queries: number, keys: number, width: number, inner: number): Work {
  return sum(
    times(2, linear(batch * queries, width, width)),
    times(2, linear(batch * keys, width, width)),
    attentionProducts(batch, queries, keys, width),
    perceptron(batch * queries, [width, inner, width]),
  )
}

/** The subnets of TFN and LMF, batch 32, 50 steps. */
function subnets(audio: number, vision: number): Work {
  return sum(
    perceptron(32, [74, audio, audio, audio]),
    perceptron(32, [35, vision, vision, vision]),
    oneWay(32, 50, 300, 128, false),
    linear(32, 128, 64),
  )
}

function tfn(): Work {
  const [audio, vision, text] = [4 + 1, 16 + 1, 64 + 1]
  return sum(
    subnets(4, 16),
    linear(32 * audio, 1, vision),
    linear(32 * audio * vision, 1, text),
    perceptron(32, [audio * vision * text, 32, 32, 1]),
  )
}

function lmf(): Work {
  const factors = [16, 128, 64].map((width) => linear(32, width + 1, 4))
  return sum(subnets(16, 128), ...factors, linear(32, 4, 1))
}

/** A memory with its gates and its proposal, and the head: MFN and Graph-MFN from what they see. */
function memory(
  [batch, time]: readonly [number, number],
  [seen, width, hidden]: readonly [number, number, number],
  [proposal, retain, update, head]: readonly [number, number, number, number],
): Work {
  const rows = batch * time
  return sum(
    perceptron(rows, [seen, proposal, width]),
    perceptron(rows, [seen + width, retain, width]),
    perceptron(rows, [seen + width, update, width]),
    perceptron(batch, [hidden + width, head, 1]),
  )
}

function mfn(): Work {
  const [batch, time] = [128, 20]
  const [text, audio, vision] = [88, 48, 16]
  const hidden = text + audio + vision
  return sum(
    oneWay(batch, time, 300, text, false),
    oneWay(batch, time, 5, audio, false),
    oneWay(batch, time, 20, vision, false),
    perceptron(batch * time, [2 * hidden, 128, 2 * hidden]),
    memory([batch, time], [2 * hidden, 128, hidden], [64, 256, 64, 64]),
  )
}

function graphMfn(): Work {
  const [batch, time, node, core] = [64, 50, 128, 100]
  const [text, audio, vision] = [64, 16, 64]
  const rows = batch * time
  const hidden = text + audio + vision
  const pairs = [text + audio, text + vision, audio + vision]
  return sum(
    oneWay(batch, time, 300, text, false),
    oneWay(batch, time, 74, audio, false),
    oneWay(batch, time, 35, vision, false),
    ...[text, audio, vision].map((units) => linear(rows, 2 * units, units)),
    perceptron(rows, [hidden, core, node, 19]),
    ...[...pairs, hidden + 3 * node, hidden + 4 * node].map((inputs) =>
      perceptron(rows, [inputs, core, node]),
    ),
    memory([batch, time], [node, 300, hidden], [32, 64, 256, 128]),
  )
}

function marn(): Work {
  const [batch, time, attentions, code] = [128, 20, 3, 32]
  const rows = batch * time
  const cells = [
    { inputs: 300, units: 64, reduced: 32 },
    { inputs: 5, units: 16, reduced: 8 },
    { inputs: 20, units: 32, reduced: 16 },
  ]
  const hidden = 64 + 16 + 32
  return sum(
    ...cells.map(({ inputs, units, reduced }) =>
      sum(
        oneWay(batch, time, inputs, units, false),
        carried(batch, time, code, 4 * units),
        linear(rows, attentions * units, reduced),
      ),
    ),
    linear(rows, hidden, attentions * hidden),
    linear(rows, 32 + 8 + 16, code),
    perceptron(batch, [hidden + code, 64, 1]),
  )
}

function raven(): Work {
  const [batch, words, frames, cell] = [20, 50, 20, 150]
  const spoken = batch * words
  return sum(
    linear(spoken * frames, 74, cell),
    linear(spoken * frames, 47, cell, false),
    times(2, oneWay(spoken, frames, cell, cell, true)),
    times(2, linear(spoken, cell + 300, 1)),
    linear(spoken, 2 * cell, 300),
    oneWay(batch, words, 300, 300, true),
    linear(batch, 300, 1),
  )
}

function mctn(): Work {
  const [batch, time, width, hidden] = [32, 20, 300, 32]
  const rows = batch * time
  const encoder = (inputs: number, gradient: boolean) =>
    lstm({ batch, time, inputs, units: hidden, directions: 2 }, gradient)
  const decoder = sum(
    linear(time * rows, 2 * hidden, 1),
    oneWay(batch, time, hidden, hidden, true),
    linear(rows, hidden, width),
  )
  const regression = sum(
    oneWay(batch, time, hidden, hidden, true),
    linear(rows, hidden, 1),
    linear(batch, hidden, 1),
  )
  return sum(
    encoder(width, false),
    encoder(hidden, true),
    regression,
    inTraining(sum(times(3, decoder), encoder(width, true))),
  )
}

function misa(): Work {
  const [batch, time, width] = [64, 50, 128]
  const encoder = (inputs: number, learned: boolean) =>
    sum(
      lstm({ batch, time, inputs, units: inputs, directions: 2 }, learned),
      lstm({ batch, time, inputs: 2 * inputs, units: inputs, directions: 2 }),
      linear(batch, 4 * inputs, width),
      times(2, linear(batch, width, width)),
    )
  return sum(
    encoder(300, true),
    encoder(74, false),
    encoder(35, false),
    layer(batch, 6, 6, width, 2048),
    perceptron(batch, [6 * width, 3 * width, 1]),
    inTraining(times(3, linear(batch, width, width))),
    inTraining(times(6, linear(width, batch, width))),
  )
}

function selfMm(): Work {
  const batch = 32
  return sum(
    oneWay(batch, 375, 5, 32, false),
    oneWay(batch, 500, 20, 32, false),
    linear(batch, 32, 16),
    linear(batch, 32, 32),
    perceptron(batch, [768 + 16 + 32, 128, 128, 1]),
    inTraining(perceptron(batch, [768, 32, 32, 1], false)),
    inTraining(perceptron(batch, [16, 16, 16, 1])),
    inTraining(perceptron(batch, [32, 16, 16, 1])),
  )
}

function mcsan(): Work {
  const [batch, frames, words, width] = [32, 1000, 50, 128]
  const pooled = Math.ceil(frames / 3)
  const sounds = Math.ceil(pooled / 3)
  const pairs = [sounds, words].flatMap((queries) =>
    [sounds, words].map((keys) => layer(batch, queries, keys, width, 512)),
  )
  return sum(
    linear(batch * frames, 3 * 40, width, false),
    linear(batch * pooled, 3 * width, width),
    lstm({ batch, time: sounds, inputs: width, units: width, directions: 2 }),
    lstm({ batch, time: words, inputs: 300, units: width, directions: 2 }, false),
    ...pairs,
    perceptron(batch, [4 * width, 128, 4]),
  )
}

function multimodalRouting(): Work {
  const [batch, time, width, depth] = [32, 50, 200, 7]
  const [features, pose, classes, concept] = [7, 64, 7, 64]
  return sum(
    ...[300, 74, 35].map((inputs) => linear(batch * time, inputs, width, false)),
    times((3 + 6) * depth, layer(batch, time, time, width, 4 * width)),
    linear(batch, 3 * width, width),
    times(features, linear(batch, width, pose + 1)),
    times(features, linear(batch, pose, classes * concept)),
    times(2, linear(batch * classes, concept, features)),
    linear(batch * classes, concept, 1),
  )
}

function tbje(): Work {
  const [batch, time, width, inner, blocks] = [32, 60, 512, 1024, 4]
  const rows = batch * time
  const attention = sum(
    times(4, linear(rows, width, width)),
    attentionProducts(batch, time, time, width),
  )
  const network = perceptron(rows, [width, inner, width])
  const glimpses = (count: number) =>
    sum(perceptron(rows, [width, inner, count]), linear(batch * count, time, width))
  return sum(
    oneWay(batch, time, 300, width, true),
    linear(rows, 80, width, false),
    times(blocks, sum(times(3, attention), times(2, network))),
    times(2 * (blocks - 1), glimpses(time)),
    times(2, sum(glimpses(1), linear(batch, width, 2 * width))),
    linear(batch, 2 * width, 6),
  )
}

/** A convolution that keeps rows and columns: of `positions` in all, `taps` neighbours each. */
function convolution(
  positions: number,
  taps: number,
  inputs: number,
  filters: number,
  inputGradient = true,
): Work {
  return linear(positions, taps * inputs, filters, inputGradient)
}

const channels = [64, 64, 64, 128, 256, 512] as const

/** One block of two 3 x 3 convolutions, by its place among the five; a share of all taps counts. */
function vggBlock(positions: number, place: number, share = 1): Work {
  const [inputs = 0, filters = 0] = channels.slice(place, place + 2)
  return sum(
    convolution(positions, 9 * share, inputs, filters),
    convolution(positions, 9 * share, filters, filters),
  )
}

/** The 5 x 5 convolution and the first two blocks, which work on half the rows and columns. */
function beginning(pixels: number, colours: number): Work {
  return sum(
    convolution(pixels, 25, colours, channels[0], false),
    vggBlock(pixels / 4, 0),
    vggBlock(pixels / 4, 1),
  )
}

function fe2e(): Work {
  const [batch, each, tokens] = [4, 4, 50]
  const pictures = batch * each
  const picture = (colours: number, rows: number, columns: number) => {
    const pixels = pictures * rows * columns
    return sum(
      beginning(pixels, colours),
      ...[2, 3, 4].map((place) => vggBlock(pixels / 4 ** (place - 1), place)),
      perceptron(pictures, [(512 * rows * columns) / 256, 1024, 64]),
      times(4, layer(batch, each + 1, each + 1, 64, 2048)),
      linear(batch, 64, 6),
    )
  }
  return sum(
    linear(batch * tokens, 128, 768),
    times(12, layer(batch, tokens, tokens, 768, 3072)),
    linear(batch, 768, 6),
    picture(3, 48, 48),
    picture(1, 128, 32),
    linear(batch * 6, 3, 1),
  )
}

/**
 * MESM's feature extraction at p = 0.5: attention selects about half of the positions, and half of
 * a position's neighbours count by chance. The attention learns nothing.
 */
export function mesmExtraction(picture: 'face' | 'chunk'): Work {
  const pictures = 16
  const [colours, rows, columns] = picture === 'face' ? [3, 48, 48] : [1, 128, 32]
  const pixels = pictures * rows * columns
  const selected = 0.5
  const blocks = [2, 3, 4].map((place) => {
    const positions = pixels / 4 ** (place - 1)
    const inputs = channels[place] ?? 0
    const { forward } = sum(
      linear(positions, inputs, inputs),
      linear(pictures, 768, inputs),
      linear(positions, inputs, 1),
    )
    const share = (1 + 8 * selected) / 9
    return sum({ forward, training: forward }, vggBlock(selected * positions, place, share))
  })
  return sum(beginning(pixels, colours), ...blocks)
}

export const systemWork = {
  tfn,
  lmf,
  mfn,
  'graph-mfn': graphMfn,
  marn,
  raven,
  mctn,
  misa,
  'self-mm': selfMm,
  mcsan,
  'multimodal-routing': multimodalRouting,
  tbje,
  fe2e,
} as const satisfies Readonly<Record<string, () => Work>>
