import { spawnSync } from 'node:child_process'
import { LimbicError } from '../src/base/errors.js'

/**
 * The Python that runs the peers: LIMBIC_PYTHON, or `python3`.
 *
 * @throws LimbicError if it is not there or lacks a package of `bench/peers/requirements.txt`.
 */
export function findPython(): string {
  const python = process.env.LIMBIC_PYTHON || 'python3'
  const probe = spawnSync(python, ['-c', 'import torch; print(torch.__version__)'])
  if (probe.error) {
    throw new LimbicError('Python cannot be started', {
      where: python,
      hint: 'Set LIMBIC_PYTHON to an interpreter',
    })
  }
  if (probe.status !== 0) {
    throw new LimbicError('PyTorch is missing', {
      where: python,
      hint: `Install the peers: ${python} -m pip install -r bench/peers/requirements.txt`,
    })
  }
  return python
}
