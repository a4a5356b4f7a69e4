export { featureArray, kind, numberColumn, textColumn } from './columns.js'
export {
  chooseModalities,
  type FeatureFileOptions,
  type Fields,
  fieldsOf,
  isAligned,
  optionalTexts,
  required,
  sharedIds,
} from './fields.js'
