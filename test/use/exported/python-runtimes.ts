/** Asks runtimes of today and of 2022, by Python, whether exported files are valid and what they predict. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { plainFeeds } from '../../support/models/onnx.js'
import { findPython, runPython } from '../../support/python.js'
import type { Case, Outputs } from './exported-cases.js'

/** Runtimes of today and of 2022, such as onnxruntime 1.12: each a Python that has it and onnx. */
export const pythons = [
  ['of today (LIMBIC_PYTHON, or python3)', findPython(['onnx', 'onnxruntime', 'numpy'])],
  [
    'of 2022 (LIMBIC_PYTHON_2022)',
    findPython(['onnx', 'onnxruntime', 'numpy'], process.env.LIMBIC_PYTHON_2022 ?? ''),
  ],
] as const

/** One process for all files: for each either what is wrong with it or its outputs, by batch. */
const script = `
import json, sys, numpy as np, onnx, onnxruntime
# Old ones warn of shapes that they cannot infer.
onnxruntime.set_default_logger_severity(3)
answers = []
for case in json.load(open(sys.argv[1])):
    try:
        model = onnx.load(case["model"])
        onnx.checker.check_model(model, full_check=True)
        lower = onnx.load(case["model"])
        lower.opset_import[0].version -= 1
        try:
            onnx.checker.check_model(lower, full_check=True)
            passes_lower = True
        except Exception:
            passes_lower = False
        session = onnxruntime.InferenceSession(case["model"], providers=["CPUExecutionProvider"])
        names = [output.name for output in session.get_outputs()]
        batches = []
        for given in case["batches"]:
            feeds = {name: np.array(value["data"], value["type"]).reshape(value["shape"])
                     for name, value in given.items()}
            results = session.run(names, feeds)
            batches.append({name: result.ravel().tolist() for name, result in zip(names, results)})
        answers.append({"batches": batches, "lower": passes_lower})
    except Exception as error:
        answers.append({"error": f"{type(error).__name__}: {error}"})
json.dump(answers, open(sys.argv[2], "w"))
`

export interface Answer {
  readonly error?: string
  readonly batches?: readonly Outputs[]
  /** Whether the checker takes it with a lower operator set as well. */
  readonly lower?: boolean
}

/** The answers to the plain file and the one with maps of each case, in turn; files go to the folder. */
export function askPython(
  python: string | undefined,
  cases: readonly Case[],
  folder: string,
): Answer[] {
  const questions = cases.flatMap(({ plain, withMaps, feeds }, index) =>
    [plain, withMaps].map((bytes, kind) => {
      const model = join(folder, `${index}-${kind}.onnx`)
      writeFileSync(model, bytes)
      return { model, batches: feeds.map(plainFeeds) }
    }),
  )
  const [asked, answered] = [join(folder, 'asked.json'), join(folder, 'answered.json')]
  writeFileSync(asked, JSON.stringify(questions))
  runPython(python, script, asked, answered)
  return JSON.parse(readFileSync(answered, 'utf8')) as Answer[]
}
