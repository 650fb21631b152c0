import { answerRequests } from '../../threads/thread-side.ts';
import { pixelDigest, type Suspect, type Verdict, Verifier } from './verify.ts';

export type Question = { suspects: Suspect[]; near: boolean } | { digests: string[] };
export type Reply = { verdicts: Verdict[] } | { digests: string[] };

const verifiers = { near: new Verifier(true), exact: new Verifier(false) };

/** The thread's side of `findCopies`: suspects come, verdicts go back in the same order; or paths and digests of their pixels. */
answerRequests<Question, Reply>(async (question) => {
  if ('digests' in question) {
    const digests: string[] = [];
    for (const path of question.digests) digests.push(await pixelDigest(path));
    return { response: { digests } };
  }
  const verdicts: Verdict[] = [];
  const verifier = verifiers[question.near ? 'near' : 'exact'];
  for (const suspect of question.suspects) verdicts.push(await verifier.verify(suspect));
  return { response: { verdicts } };
});
