/** Features that are sums over a spectrum: mel and critical bands, and their cepstra. */
import { concat, matmul, type Tensor } from '../../../graph/index.js'
import { matrixConstant } from '../graphs/constants.js'
import { decibels } from '../graphs/decibels.js'
import { differences } from '../graphs/differences.js'
import { bandSums, spectrumOf } from '../graphs/spectrum.js'
import { barkFilters } from '../numbers/bark.js'
import { cosineTransform } from '../numbers/cosine-transform.js'
import type { Matrix } from '../numbers/matrix.js'
import { melFilters } from '../numbers/mel.js'
import { periodicWindow, type WindowName } from '../numbers/windows.js'
import type { Feature } from './feature.js'
import type { BarkSettings, LogMelSettings, MelSettings, MfccSettings } from './settings.js'

/** Power in triangular bands on a mel scale. */
export function melPower(settings: MelSettings | LogMelSettings | MfccSettings): Feature['frames'] {
  const filters = melFilters({ ...settings, size: settings.frame })
  return banded(filters, settings.window, settings.power)
}

/** Power in critical bands. */
export function barkPower({ rate, frame, window }: BarkSettings): Feature['frames'] {
  return banded(barkFilters(rate, frame), window, 2)
}

function banded(filters: Matrix, window: WindowName, power: 1 | 2): Feature['frames'] {
  return {
    width: filters.rows,
    apply(frames) {
      const weights = periodicWindow(window, frames.fixedSize(2))
      return bandSums(spectrumOf(frames, weights), filters, power)
    },
  }
}

/** Cosine transforms of decibels, followed by their differences. */
export function cepstra(settings: MfccSettings): Required<Pick<Feature, 'finish' | 'width'>> {
  const { bands, coefficients, differences: span, range } = settings
  const cepstrum = (rows: Tensor, peak?: Tensor) =>
    matmul(
      decibels(rows, settings, peak),
      matrixConstant(rows, cosineTransform(bands, coefficients)),
    )
  return {
    width: coefficients * (span === null ? 1 : 3),
    finish: {
      context: span === null ? 0 : (span - 1) / 2,
      least: span ?? 1,
      peak: range !== null,
      apply(rows, peak) {
        const values = cepstrum(rows, peak)
        return span === null ? values : concat([values, ...differences(values, span)], 2)
      },
    },
  }
}
