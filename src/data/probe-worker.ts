import { answerRequests } from '../threads/thread-side.ts';
import { examine, examineFile, type Found } from './examine.ts';

/** The thread's side of the probe: a path or a file's bytes come, what was found and the bytes go back. */
answerRequests<string | Uint8Array, Found>(async (file) => {
  const found = await (typeof file === 'string' ? examineFile(file) : examine(file));
  if ('reason' in found) return { response: found };
  // A slice of Node's buffer pool can't be handed over; its copy can.
  const bytes = new Uint8Array(found.bytes);
  return { response: { ...found, bytes }, transfer: [bytes.buffer] };
});
