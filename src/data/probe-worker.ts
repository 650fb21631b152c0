import { answerRequests } from '../threads/thread-side.ts';
import { examineFile, type Found } from './examine.ts';

/** The thread's side of the probe: a path comes, what was found and the file's bytes go back. */
answerRequests<string, Found>(async (path) => {
  const found = await examineFile(path);
  if ('reason' in found) return { response: found };
  // A slice of Node's buffer pool can't be handed over; its copy can.
  const bytes = new Uint8Array(found.bytes);
  return { response: { ...found, bytes }, transfer: [bytes.buffer] };
});
