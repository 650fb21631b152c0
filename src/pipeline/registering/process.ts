/** The process of a registration that was begun from the page. See begin.ts. */
import { attend } from '../../training/background/attend.ts';
import { bundleOfRun, registerWithRun } from './register-run.ts';
import { RegisterTask } from './task.ts';

await attend(process.argv[2], async ({ store, record, deps }) => {
  const { run, model, via, ...said } = RegisterTask.omit({ kind: true }).strip().parse(record.task);
  const { version, signal, onProgress, onLine, onWarning } = deps;
  const told = {
    version,
    signal,
    onProgress,
    onWarning: onWarning ?? (() => undefined),
    onStep: (text: string) => onLine?.(text),
  };
  const trained = await store.runs.get(run);
  deps.onStart?.(trained);
  const bundle = await bundleOfRun(store, trained, told);
  signal.throwIfAborted();
  await registerWithRun(store, { who: record.who, via }, bundle, { name: model, ...said });
});
