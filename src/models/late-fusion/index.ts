/** The late-fusion baselines of the MESM document (Dai et al., 2021, section 5.2). */
export { lfLstm } from '../lf-lstm/index.js'
export { lfTrans } from '../lf-trans/index.js'
