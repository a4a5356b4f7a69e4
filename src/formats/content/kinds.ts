/** The kinds of content that a file's first bytes reveal, each with a description and advice. */

export interface KindWords {
  /** A description, to follow "this is". */
  readonly words: string
  /** Advice if another kind is needed. */
  readonly hint: string
}

const unpack = 'Unpack it and name the file that is inside'
const again = 'Download or copy it again; the download may have failed or been cut short'

export const kinds = {
  empty: { words: 'an empty file', hint: again },
  zeros: { words: 'nothing but zeros', hint: again },
  'lfs pointer': {
    words: 'a pointer of Git LFS, not the file itself',
    hint: 'Fetch the file with "git lfs pull", or download it from the page of the repository',
  },
  'web page': {
    words: 'a web page, not the file itself',
    hint: 'Use the link for downloading, or save the file in a browser; large files of Google Drive need gdown or a click on "download anyway"',
  },
  pickle: { words: 'a Python pickle', hint: 'Name it where a pickle is asked for' },
  'damaged pickle': {
    words: 'a pickle that a program has changed as if it were text',
    hint: 'Copy it again as binary: no text mode of FTP, no line ends changed by Git, no editor',
  },
  joblib: { words: 'a file of joblib', hint: 'Name it where a pickle is asked for' },
  torch: { words: 'a file of torch.save', hint: 'Name it where a pickle is asked for' },
  npz: { words: 'a NumPy archive (.npz)', hint: 'Name it where a data set is asked for' },
  npy: {
    words: 'a single NumPy array (.npy)',
    hint: 'Put it into a folder with the other modalities and the labels, and name the folder',
  },
  zip: { words: 'a zip archive', hint: unpack },
  office: { words: 'a document of Excel or another office program', hint: 'Save it as CSV' },
  gzip: { words: 'a file packed with gzip', hint: unpack },
  bzip2: { words: 'a file packed with bzip2', hint: unpack },
  xz: { words: 'a file packed with xz', hint: unpack },
  zlib: { words: 'a file packed with zlib, as joblib does', hint: unpack },
  zstd: { words: 'a file packed with zstd', hint: unpack },
  lz4: { words: 'a file packed with lz4', hint: unpack },
  lzma: { words: 'a file packed with lzma', hint: unpack },
  '7z': { words: 'a 7z archive', hint: unpack },
  rar: { words: 'a rar archive', hint: unpack },
  tar: { words: 'a tar archive', hint: unpack },
  parquet: { words: 'a Parquet table', hint: 'Name it where a data set is asked for' },
  arrow: { words: 'an Arrow or Feather table', hint: 'Save it as Parquet' },
  hdf5: { words: 'an HDF5 file', hint: 'Name it where HDF5 is asked for' },
  matlab5: { words: 'a MATLAB file', hint: 'Name it where a data set is asked for' },
  'matlab 7.3': {
    words: 'a MATLAB file of version 7.3 (HDF5)',
    hint: 'Name it where a data set is asked for',
  },
  sqlite: { words: 'a SQLite database', hint: 'Export its tables as CSV' },
  pdf: { words: 'a PDF document', hint: 'Name the data that go with it' },
  media: {
    words: 'sound, video or a picture',
    hint: 'Extract features first; this place takes features',
  },
  safetensors: { words: 'a safetensors file', hint: 'Name it where weights are asked for' },
  onnx: { words: 'an ONNX model', hint: 'Name it where a model is asked for' },
  arff: { words: 'an ARFF table', hint: 'Name it where a data set is asked for' },
  json: { words: 'JSON', hint: 'Save the data with pickle.dump(data, file, protocol=4)' },
  utf16: { words: 'text in UTF-16', hint: 'Save it as UTF-8' },
  text: { words: 'plain text', hint: 'Check that it is the file that was meant' },
  unknown: { words: 'of no known kind', hint: again },
} as const satisfies Readonly<Record<string, KindWords>>

export type ContentKind = keyof typeof kinds
