export { featureArray, kind, numberColumn, textColumn } from './columns.js'
export {
  chooseModalities,
  type FeatureFileOptions,
  type Fields,
  isAligned,
  optionalTexts,
  required,
  sharedIds,
  splitFields,
} from './fields.js'
