/** The process of a demo that was begun from the page. See begin.ts. */
import { attend } from '../../training/background/attend.ts';
import { runDemo } from './run.ts';
import { DemoTask } from './task.ts';

await attend(process.argv[2], async ({ store, record, deps }) => {
  await runDemo(DemoTask.parse(record.task), { store, who: record.who, deps });
});
