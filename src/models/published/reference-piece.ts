/** Reference files of a piece of a model: one or a few layers, with a loss of their own. */
import type { Shape, Tensor } from '../../graph/index.js'
import type { Scope } from '../../nn/scope.js'
import type { PublishedName } from '../define/model.js'
import type { ReferenceMetadata } from './reference-format.js'

/** The results of a piece, in the layout of the file. */
export interface PieceOutputs {
  /** By the names of the file's tensors, such as `output` and `output.maps`. */
  readonly results: Readonly<Record<string, Tensor>>
  /** A scalar; its gradients are compared at parameters and inputs. */
  readonly loss: Tensor
}

/** How our layers compute the reference files of one piece. */
export interface ReferencePiece {
  /** Its name in the file's metadata. */
  readonly published: string
  /**
   * Prefixes of tensor names, if one file holds several pieces; default: one piece without a
   * prefix.
   */
  readonly prefixes?: readonly string[]
  /**
   * Declares the parameters and applies the layers.
   *
   * @param scope `scope.training`: whether it runs in training or in evaluation mode
   * @param given a tensor of the file as an input of the graph. Numbers in `shape` must equal the
   * stored sizes, names stand for any; default: the stored shape. The name is looked up with
   * `prefix` first, then without
   */
  build(
    scope: Scope,
    given: (name: string, shape?: Shape) => Tensor,
    metadata: ReferenceMetadata,
    prefix: string,
  ): PieceOutputs
  /**
   * The `<name>` of the input, `input.<name>`, whose gradient is `grad_input.<name>`; default: the
   * same name.
   */
  inputOf?(name: string, prefix: string): string
  /** A parameter's name in the authors' code. */
  rename(parameter: string, prefix: string): PublishedName
}
