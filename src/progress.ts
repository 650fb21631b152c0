/** How a long piece of work tells its caller where it is. The caller draws it (bar, plain lines, server-sent events). */
export interface Progress {
  /** What is being done, in a few words: "reading images". One bar per task. */
  task: string;
  done: number;
  /** Absent while it is not known. */
  total?: number;
  /** A short remark beside the bar: "loss 0.312". */
  note?: string;
}

export type OnProgress = (progress: Progress) => void;
