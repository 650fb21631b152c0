import { answerRequests } from '../../threads/thread-side.ts';
import { crossValidate, type GuessTask, guessAuroc } from './guess.ts';

/** `auroc` alone where the probabilities are not asked for. */
export type GuessRequest = GuessTask & { want: 'auroc' | 'probabilities' };
export type GuessAnswer = { auroc: number } | { probabilities: Float64Array };

/** The thread's side: forests are grown away from the main thread, several at once. */
answerRequests<GuessRequest, GuessAnswer>(async ({ want, ...task }) => {
  if (want === 'auroc') return { response: { auroc: guessAuroc(task) } };
  const probabilities = crossValidate(task);
  return { response: { probabilities }, transfer: [probabilities.buffer as ArrayBuffer] };
});
