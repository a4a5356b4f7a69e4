export { featureArray, kind, numberColumn, textColumn } from './columns.js'
export {
  chooseModalities,
  type FeatureFileOptions,
  type Fields,
  fieldsOf,
  isAligned,
  optionalTexts,
  perSplit,
  required,
  sharedIds,
} from './fields.js'
