/** Custom models in files, and the user's consent to run them. */
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
