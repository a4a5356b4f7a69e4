/** Multimodal Routing's capsules in plain float64 loops, from section 3 of its paper. */

export interface RoutingCase {
  readonly samples: number
  readonly features: number
  readonly width: number
  readonly poseWidth: number
  readonly classes: number
  readonly conceptWidth: number
  readonly iterations: number
  /** The name of each feature's capsule. */
  readonly capsules: readonly string[]
  parameter(name: string): ArrayLike<number>
}

/** @param vectors [samples, features, width] */
export function routeSlowly(vectors: readonly number[], given: RoutingCase) {
  const { samples, features, width, poseWidth, classes, conceptWidth, iterations } = given
  const [votes, directions] = [given.parameter('votes'), given.parameter('classes')]
  const logits: number[] = []
  const activations: number[] = []
  const concepts: number[] = []
  const coefficients: number[][] = Array.from({ length: iterations }, () => [])
  for (let sample = 0; sample < samples; sample++) {
    const strength: number[] = []
    // vote[n][m][d]
    const vote: number[][][] = []
    for (let n = 0; n < features; n++) {
      const weight = given.parameter(`capsules.${given.capsules[n]}.weight`)
      const bias = given.parameter(`capsules.${given.capsules[n]}.bias`)
      const told: number[] = []
      for (let unit = 0; unit <= poseWidth; unit++) {
        let sum = bias[unit] ?? NaN
        for (let i = 0; i < width; i++) {
          const x = vectors[(sample * features + n) * width + i] ?? NaN
          sum += (weight[unit * width + i] ?? NaN) * x
        }
        told.push(sum)
      }
      strength.push(1 / (1 + Math.exp(-(told[poseWidth] ?? NaN))))
      const ofFeature: number[][] = []
      for (let m = 0; m < classes; m++) {
        const row: number[] = []
        for (let d = 0; d < conceptWidth; d++) {
          let sum = 0
          for (let a = 0; a < poseWidth; a++) {
            const place = ((n * poseWidth + a) * classes + m) * conceptWidth + d
            sum += (told[a] ?? NaN) * (votes[place] ?? NaN)
          }
          row.push(sum)
        }
        ofFeature.push(row)
      }
      vote.push(ofFeature)
    }
    const at = (n: number, m: number, d: number) => vote[n]?.[m]?.[d] ?? NaN
    let concept = conceptOf(() => 1 / classes)
    for (let iteration = 0; iteration < iterations; iteration++) {
      const shares: number[][] = []
      for (let n = 0; n < features; n++) {
        const exponentials: number[] = []
        for (let m = 0; m < classes; m++) {
          let agreement = 0
          for (let d = 0; d < conceptWidth; d++) agreement += at(n, m, d) * (concept[m]?.[d] ?? NaN)
          exponentials.push(Math.exp(agreement / Math.sqrt(conceptWidth)))
        }
        const total = exponentials.reduce((a, b) => a + b)
        shares.push(exponentials.map((value) => value / total))
      }
      coefficients[iteration]?.push(...shares.flat())
      concept = conceptOf((n, m) => (shares[n]?.[m] ?? NaN) * (strength[n] ?? NaN))
    }
    for (let m = 0; m < classes; m++) {
      let logit = 0
      for (let d = 0; d < conceptWidth; d++) {
        logit += (concept[m]?.[d] ?? NaN) * (directions[m * conceptWidth + d] ?? NaN)
      }
      logits.push(logit)
    }
    activations.push(...strength)
    concepts.push(...concept.flat())

    function conceptOf(share: (n: number, m: number) => number): number[][] {
      const rows: number[][] = []
      for (let m = 0; m < classes; m++) {
        const row: number[] = []
        for (let d = 0; d < conceptWidth; d++) {
          let sum = 0
          for (let n = 0; n < features; n++) sum += share(n, m) * at(n, m, d)
          row.push(sum)
        }
        rows.push(row)
      }
      return rows
    }
  }
  return { logits, activations, concepts, coefficients }
}
