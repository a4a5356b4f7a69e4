/** Whether a run is right as often as it is sure. */
import { fixed } from '../../../base/numbers.js'
import type { Calibration } from '../../../metrics/calibration.js'
import { reliabilityChart } from '../../../report/charts/runs/reliability.js'
import { Figure } from '../parts/figure.js'
import { TableView } from '../parts/table.js'
import { texts } from '../texts.js'

export function Reliability({ calibration }: { readonly calibration: Calibration }) {
  const svg = reliabilityChart({ title: texts.run.calibration, calibration })
  return (
    <>
      <h2>{texts.run.calibration}</h2>
      <p class="quiet">{texts.run.calibrationHint}</p>
      <Figure svg={svg} name="calibration" />
      <details>
        <summary>{texts.run.calibrationTable}</summary>
        <TableView
          name="calibration"
          table={{
            columns: [
              { header: texts.run.sure, align: 'left' },
              { header: texts.run.answers, digits: 0 },
              { header: texts.run.confidence, align: 'right' },
              { header: texts.run.right, align: 'right' },
            ],
            rows: calibration.bins.map(({ from, to, count, confidence, accuracy }) => [
              `${percent(from)} – ${percent(to)}`,
              count,
              count > 0 ? percent(confidence, 1) : '',
              count > 0 ? percent(accuracy, 1) : '',
            ]),
          }}
        />
      </details>
    </>
  )
}

const percent = (share: number, digits = 0) => `${fixed(100 * share, digits)} %`
