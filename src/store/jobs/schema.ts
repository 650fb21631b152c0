/** The tables of scoring jobs. Times in milliseconds since 1970. */
export interface JobTables {
  jobs: {
    /** 32 hex. */
    id: string;
    name: string;
    /** JobState. */
    state: string;
    /** Says what is asked: the same source, model and options. */
    fingerprint: string;
    who: string;
    created_at: number;
    started_at: number | null;
    ended_at: number | null;
    /** JSON: where the images are. */
    source: string;
    /** JSON: what answers. */
    target: string;
    total: number;
    /** Items with an answer or an error of their own. */
    done: number;
    /** Of `done`, those with an error. */
    failed: number;
    /** Parts that broke off. */
    failures: number;
    error: string | null;
  };
  job_items: {
    job_id: string;
    /** 0, 1, 2... */
    number: number;
    /** As the source names it: relative to the folder or the archive. */
    name: string;
    /** Where the image is kept; null: in the source. */
    content: string | null;
    /** `ok` or the error's code; null while it is open. */
    outcome: string | null;
    /** sha256 of the image's bytes. */
    image: string | null;
    /** JSON. */
    answer: string | null;
    milliseconds: number | null;
  };
  /** Parts that are to be done, where no other queue holds them. */
  job_parts: {
    job_id: string;
    number: number;
    /** Of who works on it. */
    token: string | null;
    /** As `ownIdentity` names a process. */
    worker: string | null;
    until: number | null;
  };
}
