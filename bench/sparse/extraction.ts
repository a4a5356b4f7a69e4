/** The feature extraction of FE2E and of MESM by itself, at the document's sizes: one step as a session. */
import { RandomStream } from '../../src/base/random.js'
import {
  addAll,
  elementCount,
  gradients,
  reduceMean,
  reduceSum,
  square,
  type Tensor,
  writeModel,
} from '../../src/graph/index.js'
import { vgg, vggBeginning } from '../../src/models/fe2e/vgg.js'
import { sparseBlocks } from '../../src/models/mesm/blocks.js'
import { Scope } from '../../src/nn/scope.js'
import { pairsOf, spreadMaps } from '../../src/nn/sparse/positions.js'
import { openSession } from '../../src/runtime/node.js'
import type { Session, Value } from '../../src/runtime/session.js'

export interface ExtractionCase {
  /** Faces are [3, 48, 48], chunks of sound [1, 128, 32]. */
  readonly picture: 'face' | 'chunk'
  readonly count: number
  readonly mode: 'infer' | 'train'
  /** The share of the attention that is selected; without one, FE2E's network reads everything. */
  readonly share?: number
}

const shapes = { face: [3, 48, 48], chunk: [1, 128, 32] } as const
const channels = [64, 64, 64, 128, 256, 512] as const
const attentionWidths = [64, 128, 256]
const query = 768

/** A step of feature extraction: forward, and with `train` backward to all parameters. */
export class Extraction {
  private constructor(
    readonly session: Session,
    readonly feeds: ReadonlyMap<string, Value>,
  ) {}

  static async open(given: ExtractionCase, threads: number): Promise<Extraction> {
    const training = given.mode === 'train'
    const scope = new Scope(undefined, training)
    const { graph } = scope
    const shape = [given.count, ...shapes[given.picture]]
    // A named axis, as in a model: how many frames there are only the run tells.
    const pictures = graph.input('pictures', 'float32', ['pictures', ...shapes[given.picture]])
    const [inputs] = shapes[given.picture]
    const outputs = new Map<string, Tensor>()
    let maps: Tensor
    if (given.share === undefined) {
      maps = vgg(scope, { inputs, channels, statistics: 'batch' })(pictures)
    } else {
      const begin = vggBeginning(scope, { inputs, channels, statistics: 'batch' })
      const sparse = sparseBlocks(scope, {
        ...{ channels: channels.slice(2), attentionWidths, query, share: given.share },
        ...{ attentionGradient: 'none', pairing: 'aligned', statistics: 'batch' },
      })
      const asking = graph.input('query', 'float32', ['pictures', query])
      const blocks = sparse(begin(pictures), asking)
      const last = blocks.at(-1)
      if (!last) throw new Error('no blocks')
      maps = spreadMaps(last.rows, last.active)
      for (const [index, { neighbours, selected }] of blocks.entries()) {
        outputs.set(`pairs.${index}`, pairsOf(neighbours))
        outputs.set(`active.${index}`, selected)
      }
    }
    const loss = reduceMean(square(maps))
    const parameters = [...graph.parameters.values()]
    if (training) {
      const slopes = gradients(
        loss,
        parameters.filter(({ trainable }) => trainable).map(({ tensor }) => tensor),
      )
      const [first, ...others] = slopes.map((slope) => reduceSum(square(slope)))
      if (first) outputs.set('slopes', addAll(first, ...others))
      for (const [name, tensor] of graph.updates) outputs.set(`next.${name}`, tensor)
    }
    outputs.set('loss', loss)
    const weights = new Map(
      parameters.map(({ name, shape: size, initialiser }) => {
        const values = new Float32Array(elementCount(size))
        initialiser.fill(values, size, 1, name)
        return [name, values] as const
      }),
    )
    const session = await openSession(writeModel({ inputs: graph.inputs, outputs, weights }), {
      threads,
      ...(process.env.PROFILE && { profile: process.env.PROFILE }),
    })
    const random = new RandomStream(1, given.picture)
    const draw = (size: readonly number[]): Value => ({
      dataType: 'float32',
      shape: [...size],
      data: Float32Array.from({ length: elementCount(size) }, () => random.normal()),
    })
    const feeds = new Map([['pictures', draw(shape)]])
    if (given.share !== undefined) feeds.set('query', draw([given.count, query]))
    return new Extraction(session, feeds)
  }

  run(): Promise<ReadonlyMap<string, Value>> {
    return this.session.run(this.feeds)
  }
}
