/** A page that asks an exported model about samples from a file. Nothing leaves the page. */
import { type KnownAnswer, LimbicError, loadModel } from 'limbic/web'

const part = (id: string): HTMLElement => document.getElementById(id) ?? document.body
const samples = part('samples') as HTMLInputElement

try {
  const model = await loadModel('./model.onnx')
  const reads = model.inputs.map(({ name, width }) => `${name} (${width} numbers per step)`)
  part('model').textContent = `${model.name}, which reads ${reads.join(', ')}.`
  samples.disabled = false
  samples.onchange = async () => {
    part('answers').replaceChildren()
    part('mistake').textContent = ''
    try {
      const text = (await samples.files?.[0]?.text()) ?? ''
      const lines = text.split('\n').filter((line) => line.trim() !== '')
      const answers = await model.predict(lines.map((line) => JSON.parse(line)))
      for (const answer of answers) show(answer.id, inWords(answer))
    } catch (error) {
      tell(error)
    }
  }
} catch (error) {
  part('model').textContent = ''
  tell(error)
}

/** What the model says, as people say it: `task` tells which kind of answer it is. */
function inWords(answer: KnownAnswer): string {
  switch (answer.task) {
    case 'regression':
    case 'sentiment-classes':
      return `${answer.prediction.toFixed(3)} of -3 to 3`
    case 'classification':
      return answer.prediction
    case 'multilabel':
      return answer.prediction.join(', ') || 'none'
  }
}

function show(...cells: string[]): void {
  const row = document.createElement('tr')
  for (const cell of cells) row.insertCell().textContent = cell
  part('answers').append(row)
}

function tell(error: unknown): void {
  part('mistake').textContent =
    error instanceof LimbicError || error instanceof SyntaxError ? error.message : String(error)
}
