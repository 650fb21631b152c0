/** Tables of what people keep of the page. */
export interface StudioTables {
  views: {
    /** Part of the page: `runs`... */
    room: string;
    name: string;
    /** JSON, of the page. */
    content: string;
    who: string;
    changed_at: string;
  };
  tasks: {
    id: string;
    what: string;
    subject: string;
    who: string;
    state: 'running' | 'done' | 'failed' | 'stopped' | 'interrupted';
    started_at: string;
    ended_at: string | null;
    /** JSON, of pipeline/: what is to be done. */
    work: string;
    /** The server that does it, as `ownIdentity` names processes. */
    worker: string;
    /** JSON: what came of it. */
    result: string | null;
    /** JSON: code, message, hint. */
    error: string | null;
  };
  stops: {
    /** Of a run, or of a training that the page began. */
    id: string;
    who: string;
    at: string;
  };
  trainings: {
    id: string;
    kind: 'train' | 'resume' | 'sweep' | 'demo' | 'register' | 'evaluate' | 'suspects';
    name: string;
    state: 'starting' | 'running' | 'finished' | 'stopped' | 'failed';
    who: string;
    begun_at: string;
    ended_at: string | null;
    /** JSON, of pipeline/: what the process is to do. */
    task: string;
    /** Null until the run is recorded; of a sweep always. */
    run_id: string | null;
    /** Who does it, as `ownIdentity` names processes. */
    worker: string | null;
    /** Names the work: of those with one name one at a time is open. Null for what may stand beside its like. */
    claim: string | null;
    /** JSON: Progress. */
    progress: string | null;
    /** JSON: code, message, hint. */
    error: string | null;
  };
}
