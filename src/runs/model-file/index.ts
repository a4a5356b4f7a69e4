/** Models in files of one's own, and who says that they may run. */
export {
  type Consent,
  consents,
  consentTo,
  isModelFile,
  type ModelFileOptions,
  modelFileOf,
  rememberModelFile,
  requireUnchanged,
  takeConsents,
} from './consent.js'
export { loadedFile } from './loaded.js'
export { openModel } from './open.js'
