/** The model to explain: anything that runs batches as a trained model does. */
import type { TaskAnswer } from '../task/task.js'
import type { TrainedModel } from '../use/trained-model.js'

export type Runnable = Pick<TrainedModel<TaskAnswer>, 'run'>
