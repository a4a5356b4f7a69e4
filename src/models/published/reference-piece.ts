/** Reference files of a part of a model: a layer or a few, with a loss of the file's own. */
import type { Shape, Tensor } from '../../graph/index.js'
import type { Scope } from '../../nn/scope.js'
import type { PublishedName } from '../define/model.js'
import type { ReferenceMetadata } from './reference-format.js'

/** What a piece computes, in the layout of the file. */
export interface PieceOutputs {
  /** By the names of the file's tensors, such as `output` and `output.maps`. */
  readonly results: Readonly<Record<string, Tensor>>
  /** A scalar; its gradients are compared at parameters and inputs. */
  readonly loss: Tensor
}

/** How the reference files of one piece are computed by our layers. */
export interface ReferencePiece {
  /** What the file's metadata call it. */
  readonly published: string
  /** Prefixes of the names of tensors, where one file holds several pieces; default: one without. */
  readonly prefixes?: readonly string[]
  /**
   * Declares the parameters and applies the layers.
   *
   * @param scope `training` tells training mode from evaluation
   * @param given a tensor of the file as an input of the graph: [...shape], whose numbers must be the
   * stored sizes, or as it is stored; `prefix` is added to its name where the file has none without
   */
  build(
    scope: Scope,
    given: (name: string, shape?: Shape) => Tensor,
    metadata: ReferenceMetadata,
    prefix: string,
  ): PieceOutputs
  /** The input, `input.<name>`, of which `grad_input.<name>` is the gradient, where it has another name. */
  inputOf?(name: string, prefix: string): string
  /** A parameter's name in the authors' code. */
  rename(parameter: string, prefix: string): PublishedName
}
