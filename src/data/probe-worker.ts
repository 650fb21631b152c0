import { answerRequests } from '../threads/thread-side.ts';
import { examine, examineFile } from './examine.ts';
import { ObjectWriter } from './objects.ts';
import type { ProbeQuestion, ProbeReply } from './probe.ts';

let writer: ObjectWriter | undefined;

/** The thread's side of the probe: looks at a file, or at the bytes of one, and puts it into the store where it is to be kept. */
answerRequests<ProbeQuestion, ProbeReply>(async ({ file, keep }) => {
  const found = await (typeof file === 'string' ? examineFile(file) : examine(file));
  if ('reason' in found) return { response: found };
  const { bytes, ...facts } = found;
  let written = false;
  if (keep !== null) {
    writer ??= new ObjectWriter(keep.home, keep);
    written = writer.put({ ...facts, bytes, ...(typeof file === 'string' ? { file } : {}) });
  }
  return { response: { ...facts, written } };
});
