/** Relaxing and differentiating in a worker, with the kernels that Node runs. */
export {
  type ParameterChange,
  type ParameterChoice,
  type RelaxAnswer,
  type RelaxFrame,
  type RelaxQuestion,
  type SensitivityAnswer,
  type SystemData,
  systemData,
} from './protocol.js';
export { createRelaxer, type Relaxer, type RelaxRun, type RelaxWorker, startWorker } from './relaxer.js';
