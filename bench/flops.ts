/**
 * Floating-point operations of a step: matrix products only, 2 M N K each. Elementwise work, softmax,
 * normalisation, the optimiser and anything an implementation computes twice are left out, so that
 * the time it takes at the machine's product rate is a bound from below.
 */
export interface Work {
  readonly forward: number
  /** Forward and backward. */
  readonly training: number
}

export function sum(...parts: readonly Work[]): Work {
  return {
    forward: parts.reduce((total, part) => total + part.forward, 0),
    training: parts.reduce((total, part) => total + part.training, 0),
  }
}

export function times(count: number, work: Work): Work {
  return { forward: count * work.forward, training: count * work.training }
}

/**
 * `rows` vectors through a weight matrix. Backward is two products of the same size, for the
 * weights and for the input; the latter is not needed where the input wants no gradient.
 */
export function linear(rows: number, inputs: number, outputs: number, inputGradient = true): Work {
  const forward = 2 * rows * inputs * outputs
  return { forward, training: forward * (inputGradient ? 3 : 2) }
}

/**
 * Scores and weighted sum over a batch: queries x keys x width twice. Both operands of both products
 * are computed, so backward is always twice forward.
 */
export function attentionProducts(
  batch: number,
  queries: number,
  keys: number,
  width: number,
): Work {
  const forward = 2 * (2 * batch * queries * keys * width)
  return { forward, training: 3 * forward }
}

/**
 * A long short-term memory: four gates from the input and from the last output, at every step. The
 * initial state is constant, so the first step sends no gradient further back.
 */
export function lstm(
  shape: { batch: number; time: number; inputs: number; units: number; directions: number },
  inputGradient = true,
): Work {
  const { batch, time, inputs, units, directions } = shape
  const input = linear(batch * time, inputs, 4 * units, inputGradient)
  const first = linear(batch, units, 4 * units, false)
  const rest = linear(batch * (time - 1), units, 4 * units)
  return times(directions, sum(input, first, rest))
}

/** A gated recurrent unit: as `lstm`, with three gates. */
export function gru(...[shape, inputGradient]: Parameters<typeof lstm>): Work {
  const work = lstm(shape, inputGradient)
  return { forward: (work.forward * 3) / 4, training: (work.training * 3) / 4 }
}

/** Bidirectional LSTM, 300 to 100, batch 32, 50 steps; the input receives a gradient. */
export function bidirectionalLstm(): Work {
  return lstm({ batch: 32, time: 50, inputs: 300, units: 100, directions: 2 })
}

/** Transformer encoder layer, 120 wide, feed-forward 480, batch 32, 500 steps; the input receives a gradient. */
export function transformerLayer(): Work {
  const [batch, time, width] = [32, 500, 120]
  return sum(
    times(4, linear(batch * time, width, width)),
    attentionProducts(batch, time, time, width),
    linear(batch * time, width, 4 * width),
    linear(batch * time, 4 * width, width),
  )
}

/**
 * MMLatch at 300 / 74 / 35 inputs, hidden 100, batch 32, 50 steps. With feedback the encoders run twice and
 * the gradient goes through stage I, as in the published code. Raw features receive no gradient:
 * that product is left out for the encoders of stage I, and of the model without feedback. In stage
 * II it is needed, for the masks.
 */
export function mmlatch(feedback: boolean): Work {
  const [batch, time, width] = [32, 50, 100]
  const rows = batch * time
  const modalities = [300, 74, 35]

  const selfAttention = (size: number): Work =>
    sum(times(3, linear(rows, size, size)), attentionProducts(batch, time, time, size))
  const encoders = (inputGradient: boolean): Work =>
    sum(
      ...modalities.map((inputs) =>
        sum(
          lstm({ batch, time, inputs, units: width, directions: 2 }, inputGradient),
          selfAttention(width),
        ),
      ),
    )
  // Three symmetric attentions are six single ones, and text attended by audio-vision is the seventh.
  const fusion = sum(
    times(7, selfAttention(width)),
    lstm({ batch, time, inputs: 7 * width, units: width, directions: 2 }),
    selfAttention(2 * width),
    linear(batch, 2 * width, 1),
  )
  const masks = sum(
    ...modalities.map((units) =>
      times(2, lstm({ batch, time, inputs: width, units, directions: 1 })),
    ),
  )
  return feedback
    ? sum(encoders(false), masks, encoders(true), fusion)
    : sum(encoders(false), fusion)
}

/**
 * SelfCross at 300 / 120 / 2048 features of text, audio and vision, 128 / 1000 / 32 steps, batch 32: the
 * convolutions over time leave 500 and 25 steps. Raw features receive no gradient.
 */
export function selfcross(attention: 'self' | 'cross'): Work {
  const [batch, width] = [32, 120]
  const convolution = (features: number, inputSteps: number, steps: number) =>
    linear(batch * features, inputSteps, steps, false)
  const encoder = (time: number, inputs: number, inputGradient: boolean) =>
    gru({ batch, time, inputs, units: width / 2, directions: 2 }, inputGradient)
  const steps = [128, 500, 25]
  const pairs = steps.flatMap((queries, query) =>
    steps.flatMap((keys, key) =>
      (query === key) === (attention === 'self') ? [{ queries, keys }] : [],
    ),
  )
  return sum(
    convolution(120, 1000, 500),
    convolution(2048, 32, 25),
    encoder(128, 300, false),
    encoder(500, 120, true),
    encoder(25, 2048, true),
    ...pairs.map(({ queries, keys }) =>
      sum(
        times(2, linear(batch * queries, width, width)),
        times(2, linear(batch * keys, width, width)),
        attentionProducts(batch, queries, keys, width),
      ),
    ),
    linear(batch, 2 * width, width / 2),
    linear(batch, width / 2, 7),
  )
}

/**
 * MulT at 300 / 74 / 35 features of text, audio and vision, 50 / 500 / 375 steps, width 30, four layers, batch
 * 24. Of the last layer of a stream only the last step is read; all of it is counted, since both sides
 * compute it. Raw features receive no gradient.
 */
export function mult(): Work {
  const [batch, width, layers] = [24, 30, 4]
  const modalities = [
    { steps: 50, inputs: 300 },
    { steps: 500, inputs: 74 },
    { steps: 375, inputs: 35 },
  ]
  const transformer = (queries: number, keys: number, size: number): Work =>
    times(
      layers,
      sum(
        times(2, linear(batch * queries, size, size)),
        times(2, linear(batch * keys, size, size)),
        attentionProducts(batch, queries, keys, size),
        linear(batch * queries, size, 4 * size),
        linear(batch * queries, 4 * size, size),
      ),
    )
  return sum(
    ...modalities.map(({ steps, inputs }) => linear(batch * steps, inputs, width, false)),
    ...modalities.flatMap((query) =>
      modalities
        .filter((key) => key !== query)
        .map((key) => transformer(query.steps, key.steps, width)),
    ),
    ...modalities.map(({ steps }) => transformer(steps, steps, 2 * width)),
    times(2, linear(batch, 6 * width, 6 * width)),
    linear(batch, 6 * width, 1),
  )
}

/**
 * HDA at 300 / 74 / 35 features, batch 32, 50 steps, trained jointly. The matrices of the correlations (48 x 48)
 * count but for their roots; the decoders work in training only.
 */
export function hda(): Work {
  const [batch, time, heads, channels] = [32, 50, 4, 40]
  const [width, hidden, reduced, fused] = [64, 32, 16, 32]
  const rows = batch * time
  const convolution = (inputs: number, units: number, inputGradient = true): Work =>
    linear(rows, 3 * inputs, units, inputGradient)
  const ofModality = (inputs: number): Work =>
    sum(
      convolution(inputs, channels, false),
      times(3, linear(rows, channels, heads * channels)),
      linear(rows, channels, 11),
      attentionProducts(batch, time, time, heads * channels),
      linear(rows, heads * channels, width),
      convolution(width, hidden),
      convolution(hidden, reduced),
      linear(rows, width, reduced),
    )
  const decoders = times(3, sum(convolution(reduced, hidden), convolution(hidden, width)))
  const covariances = linear(3 * reduced, rows, 3 * reduced)
  const work = sum(
    ...[300, 74, 35].map(ofModality),
    times(3, linear(3 * rows, reduced, fused)),
    attentionProducts(batch, 3 * time, 3 * time, fused),
    linear(batch, 3 * fused, 6),
  )
  return {
    forward: work.forward,
    training: work.training + decoders.training + covariances.training,
  }
}
