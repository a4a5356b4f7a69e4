/** Predictions of a trained model as a table. */
import type { Table } from './table.js'

/** The prediction for one sample: see `Prediction`. */
export interface PredictionRow {
  readonly id: string
  readonly prediction: unknown
  readonly probabilities?: Readonly<Record<string, number>>
}

/** @param what a row is: `Recording` */
export function predictionTable(answers: readonly PredictionRow[], what: string): Table {
  const names = Object.keys(answers.find((answer) => answer.probabilities)?.probabilities ?? {})
  return {
    columns: [
      { header: what, align: 'left' },
      { header: 'Prediction', align: 'left' },
      ...names.map((header) => ({ header, digits: 2 })),
    ],
    rows: answers.map(({ id, prediction, probabilities }) => [
      id,
      Array.isArray(prediction)
        ? prediction.join(', ') || 'none'
        : typeof prediction === 'number'
          ? prediction.toFixed(2)
          : String(prediction),
      ...names.map((name) => probabilities?.[name] ?? null),
    ]),
  }
}
